/**
 * What an event time may be: from 1970 until before 2200, epoch milliseconds. Everything that
 * handles one can hold these, and what is added to them: windows are cut from 0, ClickHouse's
 * DateTime64 holds milliseconds until 2299 and nanoseconds until 2262, dates and SQL literals go
 * further.
 */
export const EARLIEST_EVENT_TIME = 0;
export const LATEST_EVENT_TIME = Date.UTC(2200, 0, 1) - 1;

/**
 * Kafka's timestamps below this, of the year 2000, are none: -1 says so, and a producer without a
 * clock writes 1970.
 */
const EARLIEST_TIMESTAMP = Date.UTC(2000, 0, 1);

/** What of a spec's window says how far ahead an event may be. */
export interface AheadPolicy {
  /** Milliseconds. */
  readonly lengthMs: number;
  /** Milliseconds; 0 for one window. */
  readonly allowedAheadMs: number;
}

/** Whether a number can be an event time. */
export function isEventTime(eventTime: number): boolean {
  return Number.isInteger(eventTime) && eventTime >= EARLIEST_EVENT_TIME && eventTime <= LATEST_EVENT_TIME;
}

/** How far an event time may lie ahead of its record, milliseconds. */
export function mostAheadMs({ lengthMs, allowedAheadMs }: AheadPolicy): number {
  return allowedAheadMs || lengthMs;
}

/**
 * Whether an event lies too far in the future to be one: further ahead of its record than the
 * model's spec allows (`window.allowedAheadMs`).
 *
 * @param eventTime epoch milliseconds
 * @param timestamp Kafka's, epoch milliseconds: the same whenever the record is read again. One
 *   that is unknown is no reason to refuse.
 */
export function isEventTimeAhead(eventTime: number, timestamp: number, window: AheadPolicy): boolean {
  return timestamp >= EARLIEST_TIMESTAMP && eventTime > timestamp + mostAheadMs(window);
}

/** Why a request is refused for its event time, if it is; the one rule of all who read requests. */
export function eventTimeRefusal(
  eventTime: number,
  timestamp: number,
  window: AheadPolicy,
): 'EVENT_TIME_INVALID' | 'EVENT_TIME_AHEAD' | undefined {
  if (!isEventTime(eventTime)) return 'EVENT_TIME_INVALID';
  return isEventTimeAhead(eventTime, timestamp, window) ? 'EVENT_TIME_AHEAD' : undefined;
}

/** What is wrong with an event time that is none, and what to do; a sentence. */
export function invalidEventTime(eventTime: number): string {
  return `Event time ${eventTime} is none: send milliseconds since 1970 of when it happened, from 0 to ${LATEST_EVENT_TIME} (the end of 2199).`;
}

/** The same of one that is too far ahead. @param timestamp of its record */
export function aheadEventTime(eventTime: number, timestamp: number, window: AheadPolicy): string {
  return `Event time ${textOf(eventTime)} lies more than ${mostAheadMs(window)} ms after the record came (${textOf(timestamp)}): check the producer's clock, or allow more in the spec of the model (window.allowedAheadMs; 0 is one window).`;
}

function textOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? `${time} ms` : date.toISOString();
}
