import { gammaQ } from '@driftloop/stats';
import { shapeOf } from '../../layout/input-layout.ts';
import { SUM_BITS } from '../../sketch/data-sketch.ts';
import { findingOf } from '../window-test.ts';
import { measured, rounded } from '../words.ts';
import type { DataTest } from './window.ts';

/**
 * Maximum mean discrepancy of all features together (Gretton et al. 2012) through random Fourier
 * features, whose means merge. Its distribution without drift is a weighted sum of chi-squares; a
 * gamma distribution with the same mean and variance gives the p-value.
 */
export const MMD_TEST: DataTest = {
  name: 'mmd',
  byDefault: true,
  words: (item) =>
    measured(item, 'the features together look unlike the reference, their mean discrepancy is', rounded),
  run(window) {
    const reference = window.profile.multivariate;
    const count = reference?.mean.length ?? 0;
    const at = shapeOf(window.profile.layout).multivariate;
    const rows = window.content[at] ?? 0;
    if (!reference || rows === 0 || !(reference.trace > 0)) return { findings: [] };
    let distance = 0;
    for (let i = 0; i < count; i++) {
      const mean = (window.content[at + 1 + i] ?? 0) / 2 ** SUM_BITS / rows;
      distance += (mean - (reference.mean[i] ?? 0)) ** 2;
    }
    const noise = reference.dispersion / rows + 1 / reference.rows;
    const chance = reference.trace * noise;
    const scale = (2 * reference.traceSquare * noise * noise) / chance;
    const pValue = gammaQ(chance / scale, distance / scale);
    // Per Fourier feature, less what chance gives: the unbiased estimate.
    const statistic = (distance - chance) / count;
    const threshold = (gammaQuantile(chance / scale, window.alpha) * scale - chance) / count;
    return { findings: [findingOf(window, { statistic, pValue, expected: 0, threshold })] };
  },
};

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
