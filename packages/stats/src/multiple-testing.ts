import { DriftloopError } from '@driftloop/errors';

/**
 * Bonferroni-adjusted p-values min(1, k p): rejecting those at most α errs anywhere with chance at
 * most α, under any dependence.
 *
 * @throws DATA_INVALID if a p-value lies outside [0, 1].
 */
export function bonferroni(pValues: ArrayLike<number>): Float64Array {
  return checkedPValues(pValues).map((p) => Math.min(1, p * pValues.length));
}

/**
 * Benjamini–Hochberg adjusted p-values, in the order given: rejecting those at most q keeps the
 * expected share of false rejections at most q for independent or positively dependent tests
 * (Benjamini and Hochberg, JRSS B 57, 1995).
 *
 * @throws DATA_INVALID if a p-value lies outside [0, 1].
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const p = checkedPValues(pValues);
  const order = Array.from(p.keys()).sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0));
  const adjusted = new Float64Array(p.length);
  let smallest = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const index = order[rank - 1] ?? 0;
    smallest = Math.min(smallest, ((p[index] ?? 0) * p.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}

function checkedPValues(pValues: ArrayLike<number>): Float64Array {
  const checked = new Float64Array(pValues);
  for (const [i, p] of checked.entries()) {
    if (!(p >= 0 && p <= 1))
      throw new DriftloopError('DATA_INVALID', `p-value ${i} is ${p}, outside [0, 1].`);
  }
  return checked;
}
