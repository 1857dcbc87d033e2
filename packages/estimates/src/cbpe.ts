import { DriftloopError } from '@driftloop/errors';
import type { Random } from '@driftloop/stats';
import {
  type AnsweredRows,
  checkClasses,
  countAnswers,
  type LabelledAnswers,
  oneAgainstRest,
} from './answers.ts';
import { checkCalibration } from './calibration-check.ts';
import { calibrate, fitIsotonic, type IsotonicKnots } from './isotonic.ts';
import {
  type BinaryRows,
  expected,
  f1Weight,
  METRICS,
  type MetricName,
  type RowVariance,
  realized,
  rowVariance,
} from './metrics.ts';

/** What is kept of the reference. Plain data: it can be kept as JSON. */
export interface CbpeReference {
  readonly classes: number;
  /** Per class judged (only class 1 of two); null where the scores are good as they are. */
  readonly calibration: readonly (IsotonicKnots | null)[];
  readonly metrics: Readonly<Record<MetricName, MetricReference>>;
}

/** The reference of one metric. */
export interface MetricReference {
  /**
   * Estimates below are an alert: mean − 3 standard deviations of the reference's chunks, at least
   * 0.
   */
  readonly lower: number;
  /** Estimates above are an alert: mean + 3 standard deviations, at most 1. */
  readonly upper: number;
  /** Times 1/√rows, the standard deviation of a realised value. */
  readonly unitError: number;
}

/** An estimate of one metric. */
export interface PerformanceEstimate {
  readonly estimated: number;
  /** Standard deviation of the realised metric around it that sampling alone gives. */
  readonly samplingError: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether the estimate lies outside [lower, upper]. */
  readonly alert: boolean;
}

/**
 * Fits confidence-based performance estimation (CBPE, NannyML): if probabilities are calibrated,
 * the chance that an answer is right is its probability, so the confusion table is known in
 * expectation before the labels arrive. It sees performance change with the inputs, not with what
 * they mean: after concept drift calibration no longer holds.
 *
 * @param reference Labelled answers that the model was not trained on, in order of time.
 * @param options.classes At least 2. @param options.chunkSize Rows per chunk that thresholds are
 *   taken from.
 * @param options.calibration `auto` calibrates a class where it helps on held-out rows. @default
 *   'auto'
 * @throws DATA_INVALID if rows are missing, do not fit or a probability lies outside [0, 1].
 */
export function fitCbpe(
  reference: LabelledAnswers,
  options: {
    readonly classes: number;
    readonly chunkSize: number;
    readonly random: Random;
    readonly calibration?: 'auto' | 'always' | 'never';
  },
): CbpeReference {
  const { classes, chunkSize, random, calibration = 'auto' } = options;
  const rows = countAnswers(reference, classes);
  checkClasses(reference.truth, rows, classes, 'truth');
  if (!Number.isInteger(chunkSize) || chunkSize < 1) {
    throw new DriftloopError(
      'DATA_INVALID',
      `A chunk must have a positive number of rows, not ${chunkSize}.`,
    );
  }
  const whole = oneAgainstRest(reference, classes, 0, rows, reference.truth);
  const knots = whole.map(({ scores, truth }) =>
    calibration === 'always' || (calibration === 'auto' && checkCalibration(scores, truth, random).helps)
      ? fitIsotonic(scores, truth)
      : null,
  );
  return { classes, calibration: knots, metrics: referenceMetrics(reference, classes, chunkSize) };
}

/** How every metric was on labelled answers, and how it varies between their chunks. */
export function referenceMetrics(
  reference: LabelledAnswers,
  classes: number,
  chunkSize: number,
): Readonly<Record<MetricName, MetricReference>> {
  const rows = countAnswers(reference, classes);
  checkClasses(reference.truth, rows, classes, 'truth');
  const whole = oneAgainstRest(reference, classes, 0, rows, reference.truth);
  const chunks: BinaryRows[][] = [];
  for (let start = 0; start < rows; start += chunkSize) {
    chunks.push(
      oneAgainstRest(reference, classes, start, Math.min(rows, start + chunkSize), reference.truth),
    );
  }
  return forEachMetric((metric) => ({
    ...thresholds(chunks.map((chunk) => overClasses(metric, chunk, realized))),
    unitError: unitError(metric, whole),
  }));
}

/**
 * Estimates every metric of a chunk of answers without labels; for several classes the mean of one
 * against the rest.
 *
 * @throws DATA_INVALID if there is no row, or rows do not fit the reference.
 */
export function estimatePerformance(
  reference: CbpeReference,
  chunk: AnsweredRows,
): Readonly<Record<MetricName, PerformanceEstimate>> {
  const { classes, calibration } = reference;
  const rows = countAnswers(chunk, classes);
  const probabilities = calibratedProbabilities(chunk.probabilities, rows, calibration);
  const parts = oneAgainstRest(chunk, classes, 0, rows).map((part, k) => ({
    ...part,
    truth: probabilities[k] ?? [],
  }));
  return forEachMetric((metric) => {
    const { lower, upper, unitError: error } = reference.metrics[metric];
    const estimated = overClasses(metric, parts, expected);
    const alert = estimated < lower || estimated > upper;
    return { estimated, samplingError: error / Math.sqrt(rows), lower, upper, alert };
  });
}

/** Every metric of a chunk whose labels are known. */
export function realizedPerformance(
  chunk: LabelledAnswers,
  classes: number,
): Readonly<Record<MetricName, number>> {
  const rows = countAnswers(chunk, classes);
  checkClasses(chunk.truth, rows, classes, 'truth');
  const parts = oneAgainstRest(chunk, classes, 0, rows, chunk.truth);
  return forEachMetric((metric) => overClasses(metric, parts, realized));
}

function forEachMetric<T>(of: (metric: MetricName) => T): Record<MetricName, T> {
  const [accuracy, rocAuc, f1, precision, recall, specificity] = METRICS;
  return {
    accuracy: of(accuracy),
    rocAuc: of(rocAuc),
    f1: of(f1),
    precision: of(precision),
    recall: of(recall),
    specificity: of(specificity),
  };
}

/** Calibrated per class, then scaled to a sum of 1 per row; a row that sums to 0 is uniform. */
function calibratedProbabilities(
  probabilities: ArrayLike<number>,
  rows: number,
  calibration: readonly (IsotonicKnots | null)[],
): Float64Array[] {
  const width = calibration.length;
  const columns = calibration.map((knots, k) =>
    Float64Array.from({ length: rows }, (_, row) => {
      const score = probabilities[row * width + k] ?? 0;
      return knots === null ? score : calibrate(knots, score);
    }),
  );
  if (width === 1) return columns;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (const column of columns) sum += column[row] ?? 0;
    for (const column of columns) column[row] = sum > 0 ? (column[row] ?? 0) / sum : 1 / width;
  }
  return columns;
}

/**
 * Accuracy over several classes is the chance of the answer itself; every other metric is averaged
 * over the classes.
 */
function overClasses(
  metric: MetricName,
  parts: readonly BinaryRows[],
  of: (metric: MetricName, rows: BinaryRows) => number,
): number {
  if (metric === 'accuracy' && parts.length > 1) {
    let right = 0;
    for (const { predicted, truth } of parts) {
      for (let i = 0; i < predicted.length; i++) if (predicted[i] === 1) right += truth[i] ?? 0;
    }
    return right / (parts[0]?.predicted.length ?? 1);
  }
  let sum = 0;
  for (const part of parts) sum += of(metric, part);
  return sum / parts.length;
}

/**
 * NannyML's sampling errors. Over several classes it leaves out F1's weight and widens the area's
 * error by a fifth.
 */
function unitError(metric: MetricName, parts: readonly BinaryRows[]): number {
  if (metric === 'accuracy' && parts.length > 1) {
    const right = overClasses(metric, parts, realized);
    return Math.sqrt(right * (1 - right));
  }
  const variances = parts.map((part) => perRow(rowVariance(metric, part)));
  const error = Math.sqrt(variances.reduce((a, b) => a + b, 0)) / parts.length;
  const [only] = parts;
  if (metric === 'f1' && parts.length === 1 && only !== undefined) return error * f1Weight(only);
  return metric === 'rocAuc' && parts.length > 1 ? 1.2 * error : error;
}

function perRow({ variance, share }: RowVariance): number {
  return share > 0 ? variance / share : 0;
}

/**
 * Mean ± 3 population standard deviations of the chunks that have the metric, kept within [0, 1].
 */
function thresholds(values: readonly number[]): { lower: number; upper: number } {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return { lower: 0, upper: 1 };
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((a, b) => a + (b - mean) ** 2, 0) / known.length);
  return { lower: Math.max(0, mean - 3 * deviation), upper: Math.min(1, mean + 3 * deviation) };
}
