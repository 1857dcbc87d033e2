import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readVectors } from '@driftloop/vectors';
import {
  chiSquareTwoSample,
  jensenShannonDistance,
  kolmogorovSmirnov,
  lInfinity,
  pairSamples,
  wasserstein,
} from '../src/index.ts';

interface UnivariateVectors {
  columns: Record<string, Record<string, { value: number[]; alert: boolean[] }>>;
}

const CHUNK = 5000;
const DATA = resolve(import.meta.dirname, '../../../data');
const reference = readCsv('nannyml_synthetic_car_loan_reference.csv.gz');
const analysis = readCsv('nannyml_synthetic_car_loan_analysis.csv.gz');

for (const [column, methods] of Object.entries(
  readVectors<UnivariateVectors>('nannyml_univariate_carloan.json').columns,
)) {
  for (const [method, expected] of Object.entries(methods)) {
    test(`car loan, ${column}: ${method} and its alerts as NannyML's`, () => {
      const measure = measures(column)[method];
      assert.ok(measure !== undefined, `no measure for ${method}`);
      const values = chunks(analysis(column)).map(measure);
      assert.equal(values.length, expected.value.length);
      for (const [i, { statistic, tolerance }] of values.entries()) {
        const error = Math.abs(statistic - (expected.value[i] ?? Number.NaN));
        assert.ok(error <= tolerance, `chunk ${i}: ${statistic}, NannyML ${expected.value[i]}`);
      }
      const upper = upperThreshold(chunks(reference(column)).map((chunk) => measure(chunk).statistic));
      const alerts = values.map(({ statistic, pValue }) =>
        pValue === undefined ? statistic > upper : pValue < 0.05,
      );
      for (const [i, alert] of alerts.entries()) {
        const { statistic = 0, tolerance = 0 } = values[i] ?? {};
        // Within the error of NannyML's bins the alert may go either way.
        if (Math.abs(statistic - upper) > 2 * tolerance)
          assert.equal(alert, expected.alert[i], `alert of chunk ${i}`);
      }
    });
  }
}

type Measure = (chunk: string[]) => { statistic: number; tolerance: number; pValue?: number };

function measures(column: string): Record<string, Measure> {
  const all = reference(column);
  const numbers = Float64Array.from(all, Number);
  const range = numbers.reduce((a, b) => Math.max(a, b)) - numbers.reduce((a, b) => Math.min(a, b));
  const counted = (chunk: string[]): [number[], number[]] => {
    const names = [...new Set([...all, ...chunk])];
    const count = (values: string[]) => names.map((name) => values.filter((value) => value === name).length);
    return [count(all), count(chunk)];
  };
  const isNumeric = numbers.every(Number.isFinite) && new Set(all).size > 10;
  return {
    // NannyML bins 10,000 or more reference rows into 10,000 bins of equal width; D is then off by
    // at most what one bin holds.
    kolmogorov_smirnov: (chunk) => {
      const { statistic } = kolmogorovSmirnov(pairSamples(numbers, chunk.map(Number)));
      return { statistic, tolerance: 1e-3 };
    },
    wasserstein: (chunk) => ({
      statistic: wasserstein(pairSamples(numbers, chunk.map(Number))),
      tolerance: (2 * range) / 10_000,
    }),
    jensen_shannon: (chunk) => {
      const [left, right] = isNumeric ? doaneCounts(numbers, chunk.map(Number)) : counted(chunk);
      return { statistic: jensenShannonDistance(left, right) / Math.sqrt(Math.LN2), tolerance: 1e-9 };
    },
    chi2: (chunk) => {
      const { statistic, pValue } = chiSquareTwoSample(...counted(chunk), 'yates');
      return { statistic, pValue, tolerance: 1e-9 * Math.max(1, statistic) };
    },
    l_infinity: (chunk) => ({ statistic: lInfinity(...counted(chunk)), tolerance: 1e-9 }),
  };
}

/**
 * Bins of the reference's range, their number by Doane (1976), and one more for what lies outside.
 */
function doaneCounts(values: Float64Array, chunk: number[]): [number[], number[]] {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b) / n;
  const sigma = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
  const skewness = values.reduce((a, b) => a + ((b - mean) / sigma) ** 3, 0) / n;
  const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const bins = Math.ceil(1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / spread));
  const step = (high - low) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : i * step + low));
  const count = (sample: ArrayLike<number>): number[] => {
    const counts = new Array<number>(bins + 1).fill(0);
    for (let i = 0; i < sample.length; i++) {
      const x = sample[i] ?? Number.NaN;
      let bin = edges.findIndex((edge) => edge > x) - 1;
      if (x === high) bin = bins - 1;
      const at = bin < 0 || x > high ? bins : bin;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return counts;
  };
  return [count(values), count(chunk)];
}

function upperThreshold(values: number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return mean + 3 * Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
}

function chunks(values: string[]): string[][] {
  return Array.from({ length: Math.ceil(values.length / CHUNK) }, (_, i) =>
    values.slice(i * CHUNK, (i + 1) * CHUNK),
  );
}

function readCsv(file: string): (column: string) => string[] {
  const [header = '', ...lines] = gunzipSync(readFileSync(resolve(DATA, file)))
    .toString('utf8')
    .trim()
    .split('\n');
  const names = header.trim().split(',');
  const rows = lines.map((line) => line.trim().split(','));
  return (column) => rows.map((row) => row[names.indexOf(column)] ?? '');
}
