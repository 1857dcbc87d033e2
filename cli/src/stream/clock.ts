/**
 * Event time of the rows of a stream: row i happens at `startMs + i * intervalMs`, or when a column
 * says.
 */
export interface RowClock {
  /** Event time of row 0, epoch milliseconds. */
  readonly startMs: number;
  /** Event time between two rows, milliseconds. */
  readonly intervalMs: number;
  /** Event times by row, epoch milliseconds, where a column has them. */
  readonly times?: Float64Array;
}

/**
 * Event time of a row, epoch milliseconds. Rows beyond the last time, at which labels that come
 * later are known, follow at even distances.
 */
export function eventTimeOf({ startMs, intervalMs, times }: RowClock, row: number): number {
  if (times === undefined || times.length === 0) return startMs + row * intervalMs;
  const last = times.length - 1;
  return (times[Math.min(row, last)] as number) + Math.max(0, row - last) * intervalMs;
}
