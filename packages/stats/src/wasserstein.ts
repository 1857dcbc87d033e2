import { DriftloopError } from '@driftloop/errors';
import { checkedCounts, type PairedCounts, total } from './paired-counts.ts';

/**
 * The Wasserstein-1 (earth mover's) distance: ∫ |F_reference − F_current|, in units of the values.
 */
export function wasserstein(pair: PairedCounts): number {
  let sumReference = 0;
  let sumCurrent = 0;
  let distance = 0;
  for (let i = 0; i + 1 < pair.values.length; i++) {
    sumReference += pair.reference[i] ?? 0;
    sumCurrent += pair.current[i] ?? 0;
    const width = (pair.values[i + 1] ?? 0) - (pair.values[i] ?? 0);
    distance += Math.abs(sumReference / pair.referenceTotal - sumCurrent / pair.currentTotal) * width;
  }
  return distance;
}

/**
 * The Wasserstein distance in standard deviations of the reference (population), floored at 0.001,
 * as evidently normalises it: a constant reference does not divide by zero.
 */
export function normalisedWasserstein(pair: PairedCounts): number {
  return wasserstein(pair) / Math.max(referenceDeviation(pair), 0.001);
}

/**
 * The Wasserstein distance between two histograms over the same bins, each bin's mass spread evenly
 * over it, so the distribution functions are polygons and the area between them is exact.
 *
 * @param edges Ascending bin edges, one more than counts.
 * @throws DATA_INVALID as {@link checkedCounts}, or if the edges do not ascend or do not fit.
 */
export function wassersteinOfHistograms(
  edges: ArrayLike<number>,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  const [left, right] = checkedCounts(reference, current);
  if (edges.length !== left.length + 1) {
    throw new DriftloopError(
      'DATA_INVALID',
      `${left.length} bins need ${left.length + 1} edges, not ${edges.length}.`,
    );
  }
  const n = total(left);
  const m = total(right);
  let before = 0;
  let sumReference = 0;
  let sumCurrent = 0;
  let distance = 0;
  for (let i = 0; i < left.length; i++) {
    const width = (edges[i + 1] ?? Number.NaN) - (edges[i] ?? Number.NaN);
    if (!(width > 0 && width < Number.POSITIVE_INFINITY)) {
      throw new DriftloopError(
        'DATA_INVALID',
        `Bin edges must be finite and ascend; bin ${i} is ${width} wide.`,
      );
    }
    sumReference += left[i] ?? 0;
    sumCurrent += right[i] ?? 0;
    const after = sumReference / n - sumCurrent / m;
    const crosses = before * after < 0;
    const area = crosses
      ? (before * before + after * after) / (2 * (Math.abs(before) + Math.abs(after)))
      : Math.abs(before + after) / 2;
    distance += area * width;
    before = after;
  }
  return distance;
}

/** Population standard deviation of the reference, by two passes. */
function referenceDeviation(pair: PairedCounts): number {
  let sum = 0;
  for (let i = 0; i < pair.values.length; i++) sum += (pair.reference[i] ?? 0) * (pair.values[i] ?? 0);
  const mean = sum / pair.referenceTotal;
  let squares = 0;
  for (let i = 0; i < pair.values.length; i++) {
    const difference = (pair.values[i] ?? 0) - mean;
    squares += (pair.reference[i] ?? 0) * difference * difference;
  }
  return Math.sqrt(squares / pair.referenceTotal);
}
