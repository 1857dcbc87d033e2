import { FINGERPRINT_FEATURES } from './history.ts';

/**
 * What a window's inputs looked like, in a few numbers: the shift of each feature's mean from the reference in standard deviations, or,
 * where that test does not run, the Kolmogorov–Smirnov distances. Rounded, since it is kept for hundreds of windows.
 */
export function fingerprintOf(
  items: readonly { readonly detector: string; readonly feature: string; readonly statistic: number }[],
): number[] {
  const means = items.filter(({ detector }) => detector === 'mean');
  const chosen = means.length > 0 ? means : items.filter(({ detector }) => detector === 'ks');
  return [...chosen]
    .sort((a, b) => (a.feature < b.feature ? -1 : 1))
    .slice(0, FINGERPRINT_FEATURES)
    .map(({ statistic }) => Math.round(Math.max(-9, Math.min(9, statistic)) * 100) / 100 + 0);
}
