import type { OpenTable } from '../table/open-table.ts';
import type { RowClock } from './clock.ts';

/** Half an hour. */
export const DEFAULT_INTERVAL_MS = 1_800_000;

/**
 * When rows happened: by the column of times, else at even distances from a start.
 *
 * @param start epoch ms of row 0 where no column has times
 * @param intervalMs between two rows, where the user says it
 */
export function clockOf({ times, intervalMs }: OpenTable, start: number, wanted?: number): RowClock {
  const distance = wanted ?? intervalMs ?? DEFAULT_INTERVAL_MS;
  return times === undefined
    ? { startMs: start, intervalMs: distance }
    : { startMs: times[0] ?? start, intervalMs: distance, times };
}
