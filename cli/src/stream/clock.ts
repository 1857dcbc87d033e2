/** Event time of the rows of a stream: row i happens at `startMs + i * intervalMs`. */
export interface RowClock {
  /** Event time of row 0, epoch milliseconds. */
  readonly startMs: number;
  /** Event time between two rows, milliseconds. */
  readonly intervalMs: number;
}

/** Event time of a row, epoch milliseconds. */
export function eventTimeOf(clock: RowClock, row: number): number {
  return clock.startMs + row * clock.intervalMs;
}
