import { shapeOf } from '../../layout/input-layout.ts';
import { SUM_BITS } from '../../sketch/data-sketch.ts';
import { meanShift } from '../statistics/mean-shift.ts';
import { findingOf } from '../window-test.ts';
import { measured, rounded } from '../words.ts';
import type { DataTest } from './window.ts';

/**
 * Mean reconstruction error from the reference's principal components: whether features still move
 * together as they did.
 */
export const PCA_TEST: DataTest = {
  name: 'pca',
  byDefault: true,
  words: (item) =>
    measured(item, 'the features do not move together as they did, their reconstruction error is', rounded),
  run(window) {
    const reference = window.profile.multivariate;
    if (!reference) return { findings: [] };
    const at = shapeOf(window.profile.layout).multivariate;
    const rows = window.content[at] ?? 0;
    if (rows === 0) return { findings: [] };
    const mean = (window.content[at + reference.mean.length + 1] ?? 0) / 2 ** SUM_BITS / rows;
    return {
      findings: [findingOf(window, meanShift(reference.reconstruction, mean, rows, 'both', window.alpha))],
    };
  },
};
