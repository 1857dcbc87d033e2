import type { WindowRecord } from './history.ts';

/**
 * Windows this near count as alike whatever the spread of the present ones, in standard deviations
 * of the reference.
 */
const ALIKE = 0.1;
/**
 * Windows up to this many times as far as the present ones are from their own mean count as alike.
 */
const REACH = 1.5;

/**
 * Older windows whose inputs resemble the present: those whose fingerprint is about as near to the
 * mean of the present windows as these are themselves.
 *
 * @returns the windows with their distance, nearest first; none without fingerprints
 */
export function resembling(
  older: readonly WindowRecord[],
  present: readonly WindowRecord[],
): { window: WindowRecord; distance: number }[] {
  const known = present.filter(({ fingerprint }) => fingerprint.length > 0);
  const width = known[0]?.fingerprint.length ?? 0;
  if (width === 0) return [];
  const centre = Array.from({ length: width }, (_, i) =>
    known.reduce((sum, { fingerprint }) => sum + (fingerprint[i] ?? 0) / known.length, 0),
  );
  const distanceOf = (window: WindowRecord): number => {
    if (window.fingerprint.length !== width) return Number.POSITIVE_INFINITY;
    const sum = centre.reduce((total, value, i) => total + (value - (window.fingerprint[i] ?? 0)) ** 2, 0);
    return Math.sqrt(sum / width);
  };
  const spread = known.reduce((sum, window) => sum + distanceOf(window) / known.length, 0);
  const limit = Math.max(ALIKE, REACH * spread);
  return older
    .map((window) => ({ window, distance: distanceOf(window) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || b.window.end - a.window.end);
}
