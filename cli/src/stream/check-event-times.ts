import { DriftloopError } from '@driftloop/errors';
import {
  type AheadPolicy,
  invalidEventTime,
  isEventTime,
  isEventTimeAhead,
  mostAheadMs,
} from '@driftloop/spec';
import { eventTimeOf, type RowClock } from './clock.ts';

/** Rows as they are to be sent. */
export interface PlannedRows {
  readonly clock: RowClock;
  /** Number of the first row. */
  readonly firstRow: number;
  readonly rows: number;
  /** Rows after which the label of a row follows. */
  readonly labelDelayRows: number;
  /** Rows per second of wall clock; Infinity for flat out. */
  readonly rate: number;
}

/**
 * Looks for rows that the services would refuse for their event time, before any is sent.
 *
 * @param window of the model's spec
 * @param now epoch milliseconds
 * @throws DriftloopError REQUEST_INVALID naming the first such row
 */
export function checkEventTimes(planned: PlannedRows, window: AheadPolicy, now: number): void {
  const { clock, firstRow, rows, labelDelayRows, rate } = planned;
  for (let row = firstRow; row < firstRow + rows; row++) {
    const eventTime = eventTimeOf(clock, row);
    if (!isEventTime(eventTime)) throw refused(`row ${row}: ${invalidEventTime(eventTime)}`);
    const sentAt = now + ((row - firstRow) / rate) * 1000;
    if (isEventTimeAhead(eventTime, sentAt, window))
      throw refused(
        `row ${row}: its event time, ${new Date(eventTime).toISOString()}, lies more than ${mostAheadMs(window)} ms after it is sent. Begin earlier (--start), send more slowly (--rate), or allow more in the spec of the model (window.allowedAheadMs; 0 is one window).`,
      );
    const labelTime = eventTimeOf(clock, row + labelDelayRows);
    if (!isEventTime(labelTime)) throw refused(`the label of row ${row}: ${invalidEventTime(labelTime)}`);
  }
}

function refused(problem: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', `Nothing was sent. It would be refused, ${problem}`);
}
