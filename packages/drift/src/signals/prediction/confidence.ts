import { kolmogorovSmirnov } from '../statistics/counts.ts';
import { percent } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { byChance } from '../words.ts';
import { type PredictionTest, valueCounts } from './window.ts';

/**
 * Kolmogorov–Smirnov of the confidence in the predicted class, or of the predicted values of a
 * regression.
 */
export const CONFIDENCE_TEST: PredictionTest = {
  name: 'confidence',
  byDefault: true,
  words(item, task) {
    const what = task === 'regression' ? 'the predicted values lie' : 'the confidences of the answers lie';
    return byChance(item, `${what} ${percent(item.statistic)} from the reference's distribution`, percent);
  },
  run: (window) => ({
    findings: [findingOf(window, kolmogorovSmirnov(valueCounts(window), window.alpha))],
  }),
};
