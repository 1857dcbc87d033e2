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
      const pValue = upperTail(share * effective, effective, expected);
      const threshold = limitOf(effective, expected, window.alpha / features.length);
      return { feature: name, statistic: share, pValue, expected, threshold };
    });
    return { findings: adjusted(window, distances) };
  },
};

/** P(Binomial(rows, share) >= found), which the incomplete beta gives for fractional counts too. */
function upperTail(found: number, rows: number, share: number): number {
  return found > 0 && share < 1 ? betaI(found, Math.max(1e-9, rows - found + 1), share) : 1;
}

/** The share from which on the tail is below alpha; 1 where even all rows do not get there. */
function limitOf(rows: number, share: number, alpha: number): number {
  if (rows <= 0 || upperTail(rows, rows, share) >= alpha) return 1;
  let low = share;
  let high = 1;
  // A thousandth of the way is enough for a limit that is read.
  for (let i = 0; i < 20 && high - low > 1e-3 * low; i++) {
    const middle = (low + high) / 2;
    if (upperTail(middle * rows, rows, share) < alpha) high = middle;
    else low = middle;
  }
  return high;
}
