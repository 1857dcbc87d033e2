import { totalOf } from '../statistics/counts.ts';
import { excessLimit, excessTail } from '../statistics/excess.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { percent } from '../statistics/shares.ts';
import { expectedAs, limitAs } from '../words.ts';
import { allCounts, type DataTest } from './window.ts';

/**
 * Share of missing and not finite values of each feature: whether it is larger than the reference's
 * lets expect.
 */
export const MISSING_TEST: DataTest = {
  name: 'missing',
  byDefault: true,
  words: (item) => ({
    observed: `${percent(item.statistic)} of ${item.feature} is missing or not finite`,
    expected: expectedAs(item, percent),
    limit: limitAs(item, percent),
  }),
  run(window) {
    const { features } = window.profile.layout;
    const distances = features.map(({ name }, i) => {
      const { reference, window: counts, effective } = allCounts(window, i);
      const { dispersion = 1 } = window.profile.features[i] ?? {};
      const bins = counts.length - 2;
      const missing = (counts[bins] ?? 0) + (counts[bins + 1] ?? 0);
      const before = (reference[bins] ?? 0) + (reference[bins + 1] ?? 0);
      const known = totalOf(reference);
      // One more than was seen: a reference without missing values does not say that there are
      // none.
      const expected = (before + 1) / (known + 1);
      const share = window.n > 0 ? missing / window.n : 0;
      const worth = { found: before / dispersion, rows: known / dispersion };
      const pValue = excessTail({ found: share * effective, rows: effective }, worth);
      const threshold = excessLimit(effective, worth, window.alpha / features.length);
      return { feature: name, statistic: share, pValue, expected, threshold };
    });
    return { findings: adjusted(window, distances) };
  },
};
