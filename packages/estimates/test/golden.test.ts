import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createRandom } from '@driftloop/stats';
import { readVectors } from '@driftloop/vectors';
import {
  type CbpeReference,
  checkCalibration,
  estimatePerformance,
  fitCbpe,
  fitIsotonic,
  type IsotonicKnots,
  type LabelledAnswers,
  METRICS,
  type MetricName,
  realizedPerformance,
} from '../src/index.ts';

const DATA = resolve(import.meta.dirname, '../../../data');

interface MetricVector {
  estimated: number;
  lower_threshold: number;
  upper_threshold: number;
  sampling_error: number;
  alert: boolean;
  realized: number | null;
}
type ChunkVector = { period: string; start_index: number; end_index: number } & Record<string, unknown>;
interface CbpeVectors {
  chunk_size: number;
  needs_calibration: boolean;
  isotonic: IsotonicKnots | null;
  chunks: ChunkVector[];
  reference?: EncodedRows;
  analysis?: EncodedRows;
}
interface EncodedRows {
  proba_hundredths: string;
  y_pred: string;
  y_true: string;
}

for (const file of ['cbpe.json', 'cbpe_miscalibrated.json', 'cbpe_full_carloan.json']) {
  const vectors = readVectors<CbpeVectors>(file);
  const reference = vectors.reference ? decode(vectors.reference, 1) : carLoanReference();
  const analysis = vectors.analysis ? decode(vectors.analysis, 1) : carLoanAnalysis();
  const fitted = fitCbpe(reference, {
    classes: 2,
    chunkSize: vectors.chunk_size,
    random: createRandom(file),
    calibration: vectors.needs_calibration ? 'always' : 'never',
  });

  test(`${file}: calibrates with scikit-learn's knots, where NannyML calibrates`, () => {
    const { helps, before, after } = checkCalibration(
      reference.probabilities,
      reference.truth,
      createRandom(file),
    );
    // The splits are drawn at random, which moves either error by about 0.005; a close decision may
    // go either way.
    if (Math.abs(before - after) > 0.015) assert.equal(helps, vectors.needs_calibration);
    const expected = vectors.isotonic;
    if (expected === null) return;
    const knots = fitIsotonic(reference.probabilities, reference.truth);
    assert.equal(knots.x.length, expected.x.length);
    for (const [i, x] of expected.x.entries()) {
      assertClose(knots.x[i], x, 1e-12, `knot ${i}`);
      assertClose(knots.y[i], expected.y[i] ?? Number.NaN, 1e-9, `value at knot ${i}`);
    }
  });

  test(`${file}: estimates, thresholds and alerts as NannyML's, chunk by chunk`, () => {
    checkChunks(fitted, vectors.chunks, reference, analysis);
  });
}

test("several classes: estimates, thresholds and alerts as NannyML's, chunk by chunk", () => {
  const path = resolve(import.meta.dirname, 'vectors/cbpe-multiclass.json');
  const vectors: CbpeVectors = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(vectors.reference && vectors.analysis);
  const reference = decode(vectors.reference, 3);
  const options = { classes: 3, chunkSize: vectors.chunk_size, random: createRandom(1) };
  checkChunks(fitCbpe(reference, options), vectors.chunks, reference, decode(vectors.analysis, 3));
});

test('the whole car-loan set: alerts on exactly chunks 6 to 10 of the analysis', () => {
  const reference = carLoanReference();
  const analysis = carLoanAnalysis();
  const fitted = fitCbpe(reference, { classes: 2, chunkSize: 5000, random: createRandom(1) });
  const alerts = Array.from({ length: 10 }, (_, i) => {
    const estimates = estimatePerformance(fitted, slice(analysis, i * 5000, (i + 1) * 5000));
    return estimates.accuracy.alert || estimates.rocAuc.alert;
  });
  assert.deepEqual(
    alerts.map((alert, i) => (alert ? i + 1 : 0)).filter((chunk) => chunk > 0),
    [6, 7, 8, 9, 10],
  );
});

function checkChunks(
  fitted: CbpeReference,
  vectors: readonly ChunkVector[],
  reference: LabelledAnswers,
  analysis: LabelledAnswers,
): void {
  for (const period of ['reference', 'analysis']) {
    const chunks = vectors.filter((chunk) => chunk.period === period);
    assert.ok(chunks.length > 0, `no chunks of the ${period}`);
    // Indices of the analysis start at 0 in some files and go on from the reference in others.
    const offset = Math.min(...chunks.map((chunk) => chunk.start_index));
    for (const chunk of chunks) {
      const rows = period === 'reference' ? reference : analysis;
      checkChunk(fitted, chunk, slice(rows, chunk.start_index - offset, chunk.end_index - offset + 1));
    }
  }
}

function checkChunk(fitted: CbpeReference, chunk: ChunkVector, rows: LabelledAnswers): void {
  const estimates = estimatePerformance(fitted, rows);
  const real = realizedPerformance(rows, fitted.classes);
  for (const metric of METRICS) {
    const expected = metricVector(chunk, metric);
    const where = `${chunk.period} ${chunk.start_index} ${metric}`;
    const { estimated, lower, upper, samplingError, alert } = estimates[metric];
    assertClose(
      estimated,
      expected.estimated,
      metric === 'rocAuc' ? areaTolerance(fitted) : 1e-9,
      `${where} estimated`,
    );
    assertClose(lower, expected.lower_threshold, 1e-9, `${where} lower`);
    assertClose(upper, expected.upper_threshold, 1e-9, `${where} upper`);
    assert.equal(alert, expected.alert, `${where} alert`);
    // NannyML ranks tied scores in the order its sort leaves them; here a tie counts half.
    const relative = metric === 'rocAuc' ? 0.02 : 1e-9;
    assertClose(
      samplingError,
      expected.sampling_error,
      relative * expected.sampling_error,
      `${where} sampling error`,
    );
    assertClose(real[metric], expected.realized ?? Number.NaN, 1e-9, `${where} realised`);
  }
}

/**
 * Over several classes rows of one score have different probabilities, and NannyML leaves their
 * order to its sort.
 */
function areaTolerance(fitted: CbpeReference): number {
  return fitted.classes === 2 ? 1e-12 : 1e-4;
}

function metricVector(chunk: ChunkVector, metric: MetricName): MetricVector {
  const value = chunk[metric === 'rocAuc' ? 'roc_auc' : metric];
  assert.ok(typeof value === 'object' && value !== null, `no ${metric} in chunk ${chunk.start_index}`);
  return value as MetricVector;
}

function assertClose(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  if (Number.isNaN(expected) && Number.isNaN(actual)) return;
  assert.ok(
    Math.abs((actual ?? Number.NaN) - expected) <= tolerance,
    `${what}: ${actual}, expected ${expected}`,
  );
}

/** `width` scores per row: 1 of two classes, else one per class. */
function decode(rows: EncodedRows, width: number): LabelledAnswers {
  const count = rows.y_pred.length * width;
  return {
    probabilities: Float64Array.from(
      { length: count },
      (_, i) => Number.parseInt(rows.proba_hundredths.slice(2 * i, 2 * i + 2), 16) / 100,
    ),
    predicted: Float64Array.from(rows.y_pred, Number),
    truth: Float64Array.from(rows.y_true, Number),
  };
}

function slice(rows: LabelledAnswers, start: number, end: number): LabelledAnswers {
  const cut = (values: ArrayLike<number>, width = 1) =>
    Float64Array.from(values).slice(start * width, end * width);
  const width = rows.probabilities.length / rows.predicted.length;
  return {
    probabilities: cut(rows.probabilities, width),
    predicted: cut(rows.predicted),
    truth: cut(rows.truth),
  };
}

function carLoanReference(): LabelledAnswers {
  const columns = readCsv('nannyml_synthetic_car_loan_reference.csv.gz');
  return { probabilities: columns('y_pred_proba'), predicted: columns('y_pred'), truth: columns('repaid') };
}

function carLoanAnalysis(): LabelledAnswers {
  const columns = readCsv('nannyml_synthetic_car_loan_analysis.csv.gz');
  const targets = readCsv('nannyml_synthetic_car_loan_analysis_target.csv.gz');
  return { probabilities: columns('y_pred_proba'), predicted: columns('y_pred'), truth: targets('repaid') };
}

function readCsv(file: string): (column: string) => Float64Array {
  const [header = '', ...lines] = gunzipSync(readFileSync(resolve(DATA, file)))
    .toString('utf8')
    .trim()
    .split('\n');
  const names = header.trim().split(',');
  const rows = lines.map((line) => line.split(','));
  return (column) => {
    const index = names.indexOf(column);
    assert.ok(index >= 0, `no column ${column} in ${file}`);
    return Float64Array.from(rows, (row) => Number(row[index]));
  };
}
