import type { PairedCounts } from './paired-counts.ts';
import { normalSurvival } from './special/normal.ts';
import type { TestResult } from './test-result.ts';

/**
 * Two-sided Mann–Whitney U test (Mann and Whitney 1947): U of the reference, p-value from the
 * normal limit with tie and continuity corrections, as
 * scipy.stats.mannwhitneyu(method='asymptotic'). U / (n m) is the chance that a reference value
 * exceeds a current one, ties counted half. When all values are one, p is 1.
 */
export function mannWhitney(pair: PairedCounts): TestResult {
  const n = pair.referenceTotal;
  const m = pair.currentTotal;
  const size = n + m;
  let belowCurrent = 0;
  let statistic = 0;
  let ties = 0;
  for (let i = 0; i < pair.values.length; i++) {
    const a = pair.reference[i] ?? 0;
    const b = pair.current[i] ?? 0;
    statistic += a * (belowCurrent + b / 2);
    belowCurrent += b;
    const tied = a + b;
    ties += tied * tied * tied - tied;
  }
  const larger = Math.max(statistic, n * m - statistic);
  const deviation = Math.sqrt(((n * m) / 12) * (size + 1 - ties / (size * (size - 1))));
  if (!(deviation > 0)) return { statistic, pValue: 1 };
  const z = (larger - (n * m) / 2 - 0.5) / deviation;
  return { statistic, pValue: Math.min(1, Math.max(0, 2 * normalSurvival(z))) };
}
