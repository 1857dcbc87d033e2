import type { Residuals } from './fit-expectation.ts';

/**
 * Rates of betting that are tried, each half of the one before. The smallest suits some hundred
 * million rows.
 */
const RATES: readonly number[] = Array.from({ length: 14 }, (_, i) => 2 ** -(i + 1));

/**
 * How far the mean of what is left of expectations may lie from what is seen of it, at every row at
 * once: a confidence sequence for the running mean of residuals in [-1, 1], whatever they depend on
 * (Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence
 * sequences", Annals of Statistics 49, 2021: exp(λ S − ψ(λ) V) with ψ(λ) = −log(1 − λ) − λ is a
 * supermartingale for V = Σ residual²; the rates share alpha).
 *
 * It needs sums only, so those of several places may be added up first. Infinite without rows.
 *
 * @param alpha chance that it ever fails, both sides together
 */
export function biasBound({ rows, squares }: Pick<Residuals, 'rows' | 'squares'>, alpha: number): number {
  const price = Math.log((2 * RATES.length) / alpha);
  let bound = Number.POSITIVE_INFINITY;
  for (const rate of RATES)
    bound = Math.min(bound, ((-Math.log1p(-rate) - rate) * squares + price) / (rate * rows));
  return rows > 0 ? bound : Number.POSITIVE_INFINITY;
}
