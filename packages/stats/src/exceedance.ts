import { logGamma } from './special/index.ts';

/**
 * Whether the tail of a sample reaches further than that of a reference: how many of its values lie
 * above the reference's `rank`-th largest. Without a difference the count is negative
 * hypergeometric, whatever the distribution is (Gumbel and von Schelling 1950, "The distribution of
 * the number of exceedances", equation 1; Nelson 1963, "Tables for a precedence life test"). Ties
 * do not count as exceeding, which errs on the reference's side.
 *
 * @param reference finite numbers, in any order, at least `rank`
 * @param current finite numbers, in any order
 * @param rank 1 for the largest; ⌈n / 100⌉ compares beyond the 99th percentile
 * @returns values above, and the chance of as many or more, 0 to 1
 */
export function exceedance(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  rank: number,
): { readonly exceeding: number; readonly threshold: number; readonly pValue: number } {
  const sorted = Float64Array.from(reference).sort();
  const threshold = sorted[sorted.length - rank] ?? Number.POSITIVE_INFINITY;
  let exceeding = 0;
  for (let i = 0; i < current.length; i++) exceeding += Number((current[i] as number) > threshold);
  return {
    exceeding,
    threshold,
    pValue: exceedanceSurvival(exceeding, reference.length, current.length, rank),
  };
}

/**
 * P(at least `exceeding` of `m` values lie above the `rank`-th largest of `n`), all of one
 * distribution.
 */
function exceedanceSurvival(exceeding: number, n: number, m: number, rank: number): number {
  const logAll = logChoose(n + m, m);
  let sum = 0;
  for (let e = exceeding; e <= m; e++)
    sum += Math.exp(logChoose(e + rank - 1, e) + logChoose(n - rank + m - e, m - e) - logAll);
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
