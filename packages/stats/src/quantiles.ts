import { DriftloopError } from '@driftloop/errors';
import { sortedSample } from './paired-counts.ts';

/**
 * The q-quantile of an ascending, non-empty array by linear interpolation between order statistics
 * (type 7 of Hyndman and Fan, 1996; numpy's default), 0 ≤ q ≤ 1.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  const last = sorted.length - 1;
  const position = Math.min(last, Math.max(0, last * q));
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, last)] ?? Number.NaN;
  const share = position - below;
  // From the nearer end, as numpy does: both ends are then hit exactly.
  return share >= 0.5 ? high - (high - low) * (1 - share) : low + (high - low) * share;
}

/**
 * Quantiles of a sample of finite numbers in any order.
 *
 * @throws DATA_INVALID if the sample is empty or not finite, or a probability lies outside [0, 1].
 */
export function quantiles(sample: ArrayLike<number>, probabilities: readonly number[]): Float64Array {
  const sorted = sortedSample(sample, 'quantile');
  return Float64Array.from(probabilities, (q) => {
    if (!(q >= 0 && q <= 1))
      throw new DriftloopError('DATA_INVALID', `A probability must lie in [0, 1], not ${q}.`);
    return quantileOfSorted(sorted, q);
  });
}
