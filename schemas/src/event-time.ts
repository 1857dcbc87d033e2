/** How far an event may lie ahead of the clock, for producers whose clocks differ: a day, in milliseconds. */
export const MOST_AHEAD_MS = 86_400_000;

/**
 * Whether an event lies too far in the future to be one. One such record would carry the watermark with it, close every window before its time and
 * make all that comes after it late.
 *
 * @param eventTime epoch milliseconds
 * @param timestamp Kafka's, epoch milliseconds: the same whenever the record is read again
 */
export function isEventTimeAhead(eventTime: number, timestamp: number): boolean {
  return eventTime > timestamp + MOST_AHEAD_MS;
}
