import { DriftloopError } from '@driftloop/errors';
import { checkedCounts, total } from './paired-counts.ts';
import { chiSquareSurvival } from './special/gamma.ts';
import type { ChiSquareResult } from './test-result.ts';

/**
 * Pearson's chi-square test that two rows of counts come from one distribution: the 2 × k
 * contingency table. Categories that neither side has are left out.
 *
 * @param correction `yates` moves each count of a 2 × 2 table towards its expectation by up to one
 *   half, as scipy.stats.chi2_contingency does unless told not to. @default 'none'
 * @throws DATA_INVALID as {@link checkedCounts}.
 */
export function chiSquareTwoSample(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  correction: 'none' | 'yates' = 'none',
): ChiSquareResult {
  const [left, right] = checkedCounts(reference, current);
  const n = total(left);
  const m = total(right);
  const both = left.map((count, i) => count + (right[i] ?? 0));
  const categories = both.filter((count) => count > 0).length;
  const towards = correction === 'yates' && categories === 2 ? 0.5 : 0;
  let statistic = 0;
  for (const [i, count] of both.entries()) {
    if (count === 0) continue;
    const expected = (n * count) / (n + m);
    const otherExpected = (m * count) / (n + m);
    // Both sides of a category are off by the same amount.
    const off = Math.abs((left[i] ?? 0) - expected);
    const corrected = off - Math.min(towards, off);
    statistic += corrected * corrected * (1 / expected + 1 / otherExpected);
  }
  return answer(statistic, categories - 1);
}

/**
 * Pearson's chi-square test that counts come from known shares. `expected` may have any total; it
 * is scaled to that of `observed`. A category that is expected never but was observed gives
 * statistic Infinity and p = 0; one that neither has is left out.
 *
 * @throws DATA_INVALID as {@link checkedCounts}.
 */
export function chiSquareOneSample(
  observed: ArrayLike<number>,
  expected: ArrayLike<number>,
): ChiSquareResult {
  const [shares, counts] = checkedCounts(expected, observed);
  const scale = total(counts) / total(shares);
  if (!Number.isFinite(scale))
    throw new DriftloopError('DATA_INVALID', 'The expected counts are too small to scale.');
  let statistic = 0;
  let categories = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0;
    const expectation = (shares[i] ?? 0) * scale;
    if (count === 0 && expectation === 0) continue;
    categories++;
    statistic += (count - expectation) ** 2 / expectation;
  }
  return answer(statistic, categories - 1);
}

function answer(statistic: number, degrees: number): ChiSquareResult {
  if (degrees <= 0) return { statistic: 0, pValue: 1, degrees: 0 };
  return { statistic, pValue: chiSquareSurvival(statistic, degrees), degrees };
}
