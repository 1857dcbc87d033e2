import { normalQuantile, normalSurvival } from '@driftloop/stats';
import type { Moments } from '../../profile/reference-profile.ts';
import type { Distance } from './counts.ts';

/** Which change of a mean counts. */
export type Direction = 'up' | 'down' | 'both';

/**
 * The spread of right answers when one in `rows + 1` is wrong: a reference without any wrong one
 * leaves as many plausible.
 */
export function leastOfShares(rows: number): number {
  return Math.sqrt(rows) / (rows + 1);
}

/**
 * Whether the mean of a window's rows differs from the reference's: a z test with the reference's
 * spread and dispersion, and with the reference's own uncertainty. Values have no unit: shares,
 * probabilities, standard deviations.
 *
 * @param least the smallest spread that is believed: a reference without any says only that others
 *   are rarer than one in its rows
 * @returns the window's mean as statistic, the reference's as expected, and the mean at which the
 *   p-value meets alpha as threshold
 */
export function meanShift(
  reference: Moments,
  mean: number,
  n: number,
  direction: Direction,
  alpha: number,
  least: number = 1 / (reference.rows + 1),
): Distance {
  const { mean: expected, std, rows, dispersion } = reference;
  if (n === 0 || rows === 0) return { statistic: mean, pValue: 1, expected, threshold: expected };
  const spread = Math.max(std, least, 1e-9 * Math.abs(expected));
  const error = spread * Math.sqrt(dispersion * (1 / n + 1 / rows));
  const z = (mean - expected) / error;
  const limit = normalQuantile(1 - (direction === 'both' ? alpha / 2 : alpha)) * error;
  switch (direction) {
    case 'up':
      return { statistic: mean, pValue: normalSurvival(z), expected, threshold: expected + limit };
    case 'down':
      return { statistic: mean, pValue: normalSurvival(-z), expected, threshold: expected - limit };
    case 'both':
      return {
        statistic: mean,
        pValue: Math.min(1, 2 * normalSurvival(Math.abs(z))),
        expected,
        threshold: expected + Math.sign(z || 1) * limit,
      };
  }
}
