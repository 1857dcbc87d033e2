import { shapeOf } from '../../layout/input-layout.ts';
import { SUM_BITS } from '../../sketch/data-sketch.ts';
import { kernelShift } from '../statistics/kernel-shift.ts';
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
    const shift = kernelShift(reference, distance, rows, count, window.alpha);
    return { findings: [findingOf(window, shift)] };
  },
};
