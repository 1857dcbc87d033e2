import { leastOfShares, meanShift } from '../statistics/mean-shift.ts';
import { percent } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { measured } from '../words.ts';
import { meanOf, type PredictionTest } from './window.ts';

/**
 * Accuracy estimated without labels: the mean calibrated probability of the predicted class
 * (confidence-based performance estimation, NannyML). Drift when it lies below the reference's
 * accuracy by more than chance.
 */
export const CBPE_TEST: PredictionTest = {
  name: 'cbpe',
  byDefault: true,
  weight: 2,
  words: (item) => measured(item, 'estimated accuracy', percent),
  run(window) {
    const { layout, score } = window.profile.outputs;
    if (layout.classes === 0) return { findings: [] };
    const mean = meanOf(window, 'expectedCorrect');
    const shift = meanShift(score, mean, window.n, 'down', window.alpha, leastOfShares(score.rows));
    return { findings: [findingOf(window, shift)] };
  },
};
