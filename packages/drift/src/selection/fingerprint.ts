import { FINGERPRINT_FEATURES } from './history.ts';

/**
 * What a window's inputs looked like, in a few numbers: the statistics of the first test that says
 * so of itself and ran, such as the shift of each feature's mean from the reference in standard
 * deviations. Rounded, since it is kept for hundreds of windows.
 *
 * @param tests names of such tests, the first one first
 */
export function fingerprintOf(
  tests: readonly string[],
  items: readonly { readonly detector: string; readonly feature: string; readonly statistic: number }[],
): number[] {
  const chosen = tests
    .map((name) => items.filter(({ detector }) => detector === name))
    .find((found) => found.length > 0);
  return [...(chosen ?? [])]
    .sort((a, b) => (a.feature < b.feature ? -1 : 1))
    .slice(0, FINGERPRINT_FEATURES)
    .map(({ statistic }) => Math.round(Math.max(-9, Math.min(9, statistic)) * 100) / 100 + 0);
}
