import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';

const FOLDER = new URL('../../../../data/', import.meta.url);
const NUMERIC = ['car_value', 'debt_to_income_ratio', 'loan_length', 'driver_tenure'] as const;
const CATEGORICAL = ['salary_range', 'repaid_loan_on_prev_car', 'size_of_downpayment'] as const;
const FEATURES = [...NUMERIC, ...CATEGORICAL];

/** Milliseconds between two applications, as in the data. */
export const STEP_MS = 523_152;

/** NannyML's synthetic car loans: rows, the truth, and a model's probability of repayment. */
export interface CarLoans {
  readonly data: LabelledRows;
  readonly probability: Float32Array;
}

/** Features of the spec, in the order of the columns read here. */
export const CAR_LOAN_FEATURES: ModelSpec['features'] = FEATURES.map((name) => ({
  name,
  kind: NUMERIC.some((numeric) => numeric === name) ? 'numeric' : 'categorical',
  allowMissing: false,
}));

/** Reads both halves; category indices are shared between them. */
export function readCarLoans(): { reference: CarLoans; analysis: CarLoans } {
  const categories = new Map<string, number>();
  const reference = table('nannyml_synthetic_car_loan_reference.csv.gz');
  const analysis = table('nannyml_synthetic_car_loan_analysis.csv.gz');
  const target = table('nannyml_synthetic_car_loan_analysis_target.csv.gz');
  return {
    reference: loans(reference, reference, 0, categories),
    analysis: loans(analysis, target, reference.length, categories),
  };
}

function loans(
  rows: readonly ReadonlyMap<string, string>[],
  truth: readonly ReadonlyMap<string, string>[],
  first: number,
  categories: Map<string, number>,
): CarLoans {
  const code = (name: string, value: string): number => {
    if (NUMERIC.some((numeric) => numeric === name)) return Number(value);
    const key = `${name}=${value}`;
    const known = categories.get(key) ?? categories.size;
    categories.set(key, known);
    return known;
  };
  const features = Float32Array.from(
    rows.flatMap((row) => FEATURES.map((name) => code(name, row.get(name) ?? ''))),
  );
  return {
    data: {
      rows: rows.length,
      width: FEATURES.length,
      features,
      labels: Float32Array.from(truth, (row) => Number(row.get('repaid'))),
      weights: new Float32Array(rows.length).fill(1),
      eventTimes: Float64Array.from(rows, (_, i) => (first + i) * STEP_MS),
    },
    probability: Float32Array.from(rows, (row) => Number(row.get('y_pred_proba'))),
  };
}

function table(name: string): ReadonlyMap<string, string>[] {
  const [head = '', ...lines] = gunzipSync(readFileSync(new URL(name, FOLDER)))
    .toString()
    .trim()
    .split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return new Map(names.map((column, i) => [column, cells[i] ?? '']));
  });
}
