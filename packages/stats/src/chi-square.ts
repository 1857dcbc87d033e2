import { DriftloopError } from '@driftloop/errors';
import { checkedCounts, total } from './paired-counts.ts';
import { chiSquareSurvival } from './special/gamma.ts';
import type { ChiSquareResult } from './test-result.ts';

/**
 * Pearson's chi-square test that two rows of counts come from one distribution: the 2 × k contingency table without Yates'
 * correction. Categories that neither side has are left out.
 *
 * @throws DATA_INVALID as {@link checkedCounts}.
 */
export function chiSquareTwoSample(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): ChiSquareResult {
  const [left, right] = checkedCounts(reference, current);
  const n = total(left);
  const m = total(right);
  let statistic = 0;
  let categories = 0;
  for (let i = 0; i < left.length; i++) {
    const a = left[i] ?? 0;
    const b = right[i] ?? 0;
    const both = a + b;
    if (both === 0) continue;
    categories++;
    const expectedA = (n * both) / (n + m);
    const expectedB = (m * both) / (n + m);
    statistic += (a - expectedA) ** 2 / expectedA + (b - expectedB) ** 2 / expectedB;
  }
  return answer(statistic, categories - 1);
}

/**
 * Pearson's chi-square test that counts come from known shares. `expected` may have any total; it is scaled to that of
 * `observed`. A category that is expected never but was observed gives statistic Infinity and p = 0; one that neither has is
 * left out.
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
