import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { DATA } from './car-loans.ts';

const NUMERIC = ['car_value', 'debt_to_income_ratio', 'loan_length', 'driver_tenure'];
const COLUMNS = [...NUMERIC, 'salary_range', 'repaid_loan_on_prev_car', 'size_of_downpayment'];

/** Rows with inputs, truth and a model's answers. */
export interface AnsweredLoans {
  readonly data: LabelledRows;
  /** Chance of class 1 that the model said, per row. */
  readonly outputs: Float32Array;
  readonly predicted: Float32Array;
}

/**
 * The model that has answered NannyML's car loans; a window has `windowRows` rows, one a
 * millisecond.
 */
export function carLoanSpec(windowRows: number): ModelSpec {
  return {
    model: 'car-loans',
    task: 'binary',
    classes: 2,
    features: COLUMNS.map((name) => ({
      name,
      kind: NUMERIC.includes(name) ? 'numeric' : 'categorical',
      allowMissing: false,
    })),
    window: {
      lengthMs: windowRows,
      allowedLatenessMs: 0,
      minSamples: 1,
      allowedAheadMs: 0,
      partitionIdleMs: 10_000,
    },
    drift: { expectedWindowsBetweenFalseAlarms: 100, detectors: [] },
    retrain: {
      enabled: false,
      strategy: 'naive',
      cooldownMs: 0,
      minLabels: 100,
      maxRows: 5_000,
      maxSeconds: 1,
      maxSteps: 1,
      maxAgeMs: 0,
    },
    rollout: { canaryShare: 0, shadowVersions: [] },
    updatedAt: 0,
  };
}

/** NannyML's car loans with their inputs: the reference, and the rows after it. */
export function carLoanRows(): { readonly reference: AnsweredLoans; readonly analysis: AnsweredLoans } {
  const categories = new Map<string, number>();
  const before = tableOf('nannyml_synthetic_car_loan_reference.csv.gz');
  const after = tableOf('nannyml_synthetic_car_loan_analysis.csv.gz');
  const target = tableOf('nannyml_synthetic_car_loan_analysis_target.csv.gz');
  return {
    reference: loansOf(before, before, -before.rows.length, categories),
    analysis: loansOf(after, target, 0, categories),
  };
}

interface Csv {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function loansOf(table: Csv, truth: Csv, firstTime: number, categories: Map<string, number>): AnsweredLoans {
  const at = (names: readonly string[], name: string) => names.indexOf(name);
  const indices = COLUMNS.map((name) => at(table.names, name));
  const numbers = (from: Csv, name: string) =>
    Float32Array.from(from.rows, (row) => Number(row[at(from.names, name)]));
  const features = new Float32Array(table.rows.length * COLUMNS.length);
  for (const [i, row] of table.rows.entries()) {
    for (const [k, index] of indices.entries()) {
      const cell = row[index] ?? '';
      features[i * COLUMNS.length + k] =
        k < NUMERIC.length ? Number(cell) : codeOf(`${k}=${cell}`, categories);
    }
  }
  return {
    data: {
      rows: table.rows.length,
      width: COLUMNS.length,
      features,
      labels: numbers(truth, 'repaid'),
      weights: new Float32Array(table.rows.length).fill(1),
      eventTimes: Float64Array.from(table.rows, (_, i) => firstTime + i),
    },
    outputs: numbers(table, 'y_pred_proba'),
    predicted: numbers(table, 'y_pred'),
  };
}

function codeOf(key: string, categories: Map<string, number>): number {
  const code = categories.get(key) ?? categories.size;
  categories.set(key, code);
  return code;
}

function tableOf(file: string): Csv {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(DATA, file)))
    .toString('utf8')
    .trim()
    .split('\n');
  return { names: header.trim().split(','), rows: lines.map((line) => line.trim().split(',')) };
}
