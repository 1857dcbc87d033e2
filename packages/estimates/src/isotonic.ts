import { DriftloopError } from '@driftloop/errors';

/**
 * A rising polygon through knots, constant beyond both ends. Plain data: it can be kept as JSON.
 */
export interface IsotonicKnots {
  /** Ascending. */
  readonly x: readonly number[];
  /** Not falling. */
  readonly y: readonly number[];
}

/**
 * Isotonic regression of targets on scores by pooling adjacent violators (Ayer et al., "An
 * empirical distribution function for sampling with incomplete information", 1955). Equal scores
 * are averaged first; of points with one value only the ends are kept as knots, and values between
 * knots are interpolated: the calibration of scikit-learn's IsotonicRegression with
 * out_of_bounds='clip' (Zadrozny and Elkan, KDD 2002).
 *
 * @param scores Finite, any order. @param targets As many, for calibration 0 or 1.
 * @throws DATA_INVALID if there is no row, lengths differ or a value is not finite.
 */
export function fitIsotonic(scores: ArrayLike<number>, targets: ArrayLike<number>): IsotonicKnots {
  const order = sortedOrder(scores, targets);
  // A block is a run of scores with one mean. Blocks are kept as parallel arrays, merged backwards.
  const starts = new Int32Array(order.length);
  const points: { x: number; y: number; weight: number }[] = distinctPoints(scores, targets, order);
  const sums = new Float64Array(points.length);
  const weights = new Float64Array(points.length);
  let blocks = 0;
  for (const [i, point] of points.entries()) {
    starts[blocks] = i;
    sums[blocks] = point.y * point.weight;
    weights[blocks] = point.weight;
    blocks++;
    while (blocks > 1 && mean(sums, weights, blocks - 2) >= mean(sums, weights, blocks - 1)) {
      blocks--;
      sums[blocks - 1] = (sums[blocks - 1] ?? 0) + (sums[blocks] ?? 0);
      weights[blocks - 1] = (weights[blocks - 1] ?? 0) + (weights[blocks] ?? 0);
    }
  }
  const x: number[] = [];
  const y: number[] = [];
  for (let b = 0; b < blocks; b++) {
    const first = starts[b] ?? 0;
    const last = (b + 1 < blocks ? (starts[b + 1] ?? 0) : points.length) - 1;
    for (const at of first === last ? [first] : [first, last]) {
      x.push(points[at]?.x ?? 0);
      y.push(mean(sums, weights, b));
    }
  }
  return { x, y };
}

/** The calibrated value of a score. NaN for NaN. */
export function calibrate(knots: IsotonicKnots, score: number): number {
  const { x, y } = knots;
  const last = x.length - 1;
  if (Number.isNaN(score)) return Number.NaN;
  if (score <= (x[0] ?? 0)) return y[0] ?? 0;
  if (score >= (x[last] ?? 0)) return y[last] ?? 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? 0) <= score) low = middle;
    else high = middle;
  }
  const x0 = x[low] ?? 0;
  const y0 = y[low] ?? 0;
  const slope = ((y[high] ?? 0) - y0) / ((x[high] ?? 0) - x0);
  return slope * (score - x0) + y0;
}

function mean(sums: Float64Array, weights: Float64Array, block: number): number {
  return (sums[block] ?? 0) / (weights[block] ?? 1);
}

function sortedOrder(scores: ArrayLike<number>, targets: ArrayLike<number>): Int32Array {
  if (scores.length === 0 || scores.length !== targets.length) {
    throw new DriftloopError(
      'DATA_INVALID',
      `Calibration needs as many targets as scores and at least one, not ${scores.length} and ${targets.length}.`,
    );
  }
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i]) || !Number.isFinite(targets[i])) {
      throw new DriftloopError(
        'DATA_INVALID',
        `Row ${i} has score ${scores[i]} and target ${targets[i]}; leave it out.`,
      );
    }
  }
  return Int32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => (scores[a] ?? 0) - (scores[b] ?? 0),
  );
}

function distinctPoints(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  order: Int32Array,
): { x: number; y: number; weight: number }[] {
  const points: { x: number; y: number; weight: number }[] = [];
  for (let start = 0; start < order.length; ) {
    const x = scores[order[start] ?? 0] ?? 0;
    let sum = 0;
    let end = start;
    while (end < order.length && scores[order[end] ?? 0] === x) sum += targets[order[end++] ?? 0] ?? 0;
    points.push({ x, y: sum / (end - start), weight: end - start });
    start = end;
  }
  return points;
}
