import type { ModelSpec } from '@driftloop/schemas';
import type { ExpectedRow } from './expected-rows.ts';

/** So many rows of each partition beyond a window, and it must have closed. */
export const ROWS_BEYOND = 20;

/**
 * Up to which event time all windows must have closed by the end of the log: each partition has
 * twenty rows or more beyond it and the allowed lateness. What ends later may still be open, and is
 * left out of the check.
 *
 * @returns the end of a window, epoch milliseconds; minus infinity when there are too few rows
 */
export function closedThrough({ window }: ModelSpec, rows: readonly ExpectedRow[]): number {
  const byPartition = Map.groupBy(
    rows.filter(({ isDue }) => isDue),
    ({ partition }) => partition,
  );
  const reached = [...byPartition.values()].map(
    (own) => own.map(({ eventTime }) => eventTime).sort((a, b) => b - a)[ROWS_BEYOND - 1] ?? -Infinity,
  );
  if (reached.length === 0) return -Infinity;
  const through = Math.min(...reached) - window.allowedLatenessMs;
  return Math.floor(through / window.lengthMs) * window.lengthMs;
}
