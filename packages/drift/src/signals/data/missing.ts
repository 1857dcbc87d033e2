import { betaI } from '@driftloop/stats';
import { totalOf } from '../counts.ts';
import { adjusted } from '../per-feature.ts';
import { allCounts, type DataTest } from './window.ts';

/** Share of missing and not finite values of each feature: whether it is larger than in the reference. */
export const MISSING_TEST: DataTest = {
  name: 'missing',
  byDefault: true,
  run(window) {
    const { features } = window.profile.layout;
    const distances = features.map(({ name }, i) => {
      const { reference, window: counts, effective } = allCounts(window, i);
      const bins = counts.length - 2;
      const missing = (counts[bins] ?? 0) + (counts[bins + 1] ?? 0);
      const before = (reference[bins] ?? 0) + (reference[bins + 1] ?? 0);
      // One more than was seen: a reference without missing values does not say that there are none.
      const expected = (before + 1) / (totalOf(reference) + 1);
      const share = window.n > 0 ? missing / window.n : 0;
      const found = share * effective;
      // P(Binomial(effective, expected) >= found), which the incomplete beta gives for fractional counts too.
      const pValue =
        found > 0 && expected < 1 ? betaI(found, Math.max(1e-9, effective - found + 1), expected) : 1;
      const threshold = expected + 3 * Math.sqrt((expected * (1 - expected)) / Math.max(1, effective));
      return { feature: name, statistic: share, pValue, threshold };
    });
    return { findings: adjusted(window, distances) };
  },
};
