import { gammaQ } from '@driftloop/stats';
import type { KernelReference } from '../../profile/reference-profile.ts';
import type { Distance } from './counts.ts';

/**
 * Whether the mean of a window's rows in some space lies further from the reference's than chance
 * lets it. The squared distance is a weighted sum of chi-squares without drift; a gamma
 * distribution with the same mean and variance gives the p-value (Gretton et al. 2012).
 *
 * @param distance squared distance of the two means
 * @param rows of the window
 * @param dimensions of the space; statistic and threshold are per dimension, less what chance
 *   gives: the unbiased estimate
 */
export function kernelShift(
  { trace, traceSquare, dispersion, rows: known }: Omit<KernelReference, 'mean'>,
  distance: number,
  rows: number,
  dimensions: number,
  alpha: number,
): Distance {
  const noise = dispersion / rows + 1 / known;
  const chance = trace * noise;
  const scale = (2 * traceSquare * noise * noise) / chance;
  const pValue = gammaQ(chance / scale, distance / scale);
  const statistic = (distance - chance) / dimensions;
  const threshold = (gammaQuantile(chance / scale, alpha) * scale - chance) / dimensions;
  return { statistic, pValue, expected: 0, threshold };
}

/** The value that a gamma variable of this shape exceeds with probability alpha, by bisection. */
function gammaQuantile(shape: number, alpha: number): number {
  let low = 0;
  let high = shape + 20 * Math.sqrt(shape) - 20 * Math.log(alpha);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (gammaQ(shape, middle) > alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
