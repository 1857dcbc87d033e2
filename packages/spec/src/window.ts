/** Start of the tumbling window that an event time falls into. */
export function windowStartOf(eventTime: number, lengthMs: number): number {
  return Math.floor(eventTime / lengthMs) * lengthMs;
}
