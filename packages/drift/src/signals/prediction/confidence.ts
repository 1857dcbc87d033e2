import { hasClasses } from '@driftloop/spec';
import { kolmogorovSmirnov } from '../statistics/counts.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { percent } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { byChance } from '../words.ts';
import { outputCounts, type PredictionTest, valueCounts } from './window.ts';

/**
 * Kolmogorov–Smirnov of the confidence in the predicted class, or of the predicted values of a
 * regression; of several outputs each on its own, adjusted for their number.
 */
export const CONFIDENCE_TEST: PredictionTest = {
  name: 'confidence',
  byDefault: true,
  words(item, task) {
    const values = item.feature ? `the answers for ${item.feature} lie` : 'the predicted values lie';
    const what = hasClasses(task) ? 'the confidences of the answers lie' : values;
    return byChance(item, `${what} ${percent(item.statistic)} from the reference's distribution`, percent);
  },
  run(window) {
    const outputs = outputCounts(window);
    if (outputs.length === 0)
      return { findings: [findingOf(window, kolmogorovSmirnov(valueCounts(window), window.alpha))] };
    const alpha = window.alpha / outputs.length;
    return {
      findings: adjusted(
        window,
        outputs.map((counts) => ({ feature: counts.name, ...kolmogorovSmirnov(counts, alpha) })),
      ),
    };
  },
};
