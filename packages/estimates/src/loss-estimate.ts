import { DriftloopError } from '@driftloop/errors';
import { type BoostedTrees, boostTrees, sumTrees } from './boosted-trees.ts';
import { referenceLosses } from './reference-losses.ts';

/** The loss of one regression answer. */
export type Loss = 'absolute' | 'squared';

/** What is kept of the reference. Plain data: it can be kept as JSON. */
export interface LossReference {
  readonly loss: Loss;
  /** Features per row, without the prediction. */
  readonly width: number;
  /** What is expected of every row; the trees add what depends on it. */
  readonly base: number;
  /** Over the features and, as the last column, the prediction. */
  readonly trees: BoostedTrees;
  /**
   * Estimates outside mean ± 3 standard deviations of the reference's realised chunks are an alert.
   */
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the loss of a row. */
  readonly deviation: number;
}

/** Answers of a regression model. */
export interface RegressionRows {
  /** Row-major, rows × width. NaN is a missing value. */
  readonly features: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
}

/** The mean loss of a chunk, estimated without labels. */
export interface LossEstimate {
  readonly estimated: number;
  /** Standard deviation of the realised mean around it that sampling alone gives. */
  readonly samplingError: number;
  readonly lower: number;
  readonly upper: number;
  readonly alert: boolean;
}

/** How the second model is grown. */
const GROWTH = { trees: 100, rate: 0.1, depth: 4, bins: 120 };

/**
 * Fits direct loss estimation (DLE, NannyML): a second model learns the loss of the first from its
 * inputs and its answer, so the mean loss of a chunk is known before the labels. The second model
 * is gradient boosting of regression trees (Friedman, Annals of Statistics 29, 2001) on the
 * reference's losses. As CBPE, it sees what the inputs change, not concept drift.
 *
 * @param reference Answers that the model was not trained on, with their truth, in order of time.
 * @throws DATA_INVALID if there are fewer than 20 rows, lengths do not fit, or a prediction or
 *   truth is not finite.
 */
export function fitLossEstimate(
  reference: RegressionRows & { readonly truth: ArrayLike<number> },
  options: { readonly width: number; readonly chunkSize: number; readonly loss?: Loss },
): LossReference {
  const { width, chunkSize, loss = 'absolute' } = options;
  const rows = countRegressionRows(reference, width);
  if (rows < 20 || reference.truth.length !== rows || !Number.isInteger(chunkSize) || chunkSize < 1) {
    throw new DriftloopError(
      'DATA_INVALID',
      `A loss estimate needs at least 20 rows with a truth each and a chunk size, not ${rows}, ${reference.truth.length}, ${chunkSize}.`,
    );
  }
  const losses = Float64Array.from({ length: rows }, (_, i) => {
    const error = (reference.predicted[i] ?? 0) - (reference.truth[i] ?? Number.NaN);
    if (!Number.isFinite(error))
      throw new DriftloopError('DATA_INVALID', `The truth of row ${i} is not finite.`);
    return loss === 'squared' ? error * error : Math.abs(error);
  });
  const columns = Array.from({ length: width + 1 }, (_, k) => column(reference, width, rows, k));
  const base = mean(losses);
  const trees = boostTrees(
    columns,
    losses.map((value) => value - base),
    { ...GROWTH, minLeaf: Math.max(5, Math.floor(rows / 500)) },
  );
  const errors = Float64Array.from(reference.predicted, (value, i) => value - (reference.truth[i] ?? 0));
  const { mae, mse } = referenceLosses(errors, chunkSize);
  const { lower, upper, unitError } = loss === 'squared' ? mse : mae;
  return {
    loss,
    width,
    base,
    trees,
    lower,
    upper,
    deviation: unitError,
  };
}

/**
 * Estimates the mean loss of a chunk of answers.
 *
 * @throws DATA_INVALID if there is no row, lengths do not fit or a prediction is not finite.
 */
export function estimateLoss(reference: LossReference, chunk: RegressionRows): LossEstimate {
  const { width, base, trees, lower, upper } = reference;
  const rows = countRegressionRows(chunk, width);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    // A loss is never negative, a sum of trees may be.
    sum += Math.max(0, base + sumTrees(trees, (column) => valueAt(chunk, width, row, column)));
  }
  const estimated = sum / rows;
  const samplingError = reference.deviation / Math.sqrt(rows);
  return { estimated, samplingError, lower, upper, alert: estimated < lower || estimated > upper };
}

function countRegressionRows({ features, predicted }: RegressionRows, width: number): number {
  const rows = predicted.length;
  if (rows === 0 || features.length !== rows * width) {
    throw new DriftloopError(
      'DATA_INVALID',
      `${rows} rows (at least 1) of width ${width} have ${features.length} features.`,
    );
  }
  for (let i = 0; i < rows; i++) {
    if (!Number.isFinite(predicted[i])) {
      throw new DriftloopError('DATA_INVALID', `The prediction of row ${i} is ${predicted[i]}, not finite.`);
    }
  }
  return rows;
}

function valueAt({ features, predicted }: RegressionRows, width: number, row: number, k: number): number {
  return (k < width ? features[row * width + k] : predicted[row]) ?? Number.NaN;
}

function column(rows: RegressionRows, width: number, count: number, k: number): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => valueAt(rows, width, row, k));
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
