import { isMeasured } from '../../layout/input-layout.ts';
import { type CountPair, populationStability, totalOf } from '../statistics/counts.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { joinRare } from '../statistics/rare.ts';
import type { Finding } from '../window-test.ts';
import { byChance, rounded } from '../words.ts';
import { joinUnseen } from './unseen.ts';
import { allCounts, type DataTest, quantityDetail } from './window.ts';

export { joinRare };

/** Coarse bins of about equal frequency. */
const BINS = 10;
/** Below this a shift is held to be small, however sure it is. */
const SMALL = 0.1;

/**
 * Population stability index of each feature, missing values included: how large a shift is, where
 * KS says how sure.
 */
export const PSI_TEST: DataTest = {
  name: 'psi',
  byDefault: true,
  words: (item) =>
    byChance(
      item,
      `${item.detail || item.feature} has a stability index of ${rounded(item.statistic)}`,
      rounded,
    ),
  run(window) {
    const { features } = window.profile.layout;
    const distances = features.map((feature, i) => {
      const counts = allCounts(window, i);
      const pair = isMeasured(feature) ? coarse(counts) : joinRare(joinUnseen(feature, counts));
      const distance = populationStability(pair, window.alpha / features.length);
      return { feature: feature.name, detail: quantityDetail(feature), ...distance };
    });
    return { findings: adjusted(window, distances).map(atLeastSmall) };
  },
};

/**
 * Joins fine bins into about ten of equal frequency; what lies outside the reference, is missing or
 * not finite stays apart.
 */
export function coarse({ reference, window, effective }: CountPair): CountPair {
  const last = reference.length - 3;
  const rows = totalOf(Array.prototype.slice.call(reference, 1, last));
  const joined: [number, number][] = [[reference[0] ?? 0, window[0] ?? 0]];
  let open: [number, number] = [0, 0];
  for (let i = 1; i < last; i++) {
    open = [open[0] + (reference[i] ?? 0), open[1] + (window[i] ?? 0)];
    if (open[0] * BINS < rows && i < last - 1) continue;
    joined.push(open);
    open = [0, 0];
  }
  for (let i = Math.max(1, last); i < reference.length; i++) joined.push([reference[i] ?? 0, window[i] ?? 0]);
  return { reference: joined.map(([count]) => count), window: joined.map(([, count]) => count), effective };
}

function atLeastSmall(finding: Finding): Finding {
  const threshold = Math.max(SMALL, finding.threshold);
  const severity = Math.min(finding.severity, (0.5 * finding.statistic) / SMALL);
  return { ...finding, threshold, severity, drifted: finding.drifted && finding.statistic > SMALL };
}
