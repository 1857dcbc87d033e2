import { DriftloopError } from '@driftloop/errors';
import { type AheadPolicy, isEventTimeAhead, mostAheadMs } from '@driftloop/spec';

/** @throws DriftloopError EVENT_TIME_AHEAD */
export function checkEventTime(eventTime: number, now: number, window: AheadPolicy): void {
  if (!isEventTimeAhead(eventTime, now, window)) return;
  throw new DriftloopError(
    'EVENT_TIME_AHEAD',
    `eventTime is ${eventTime}, more than ${mostAheadMs(window)} ms after now (${now}): send milliseconds since 1970 of when it happened, or allow more in the spec of the model (window.allowedAheadMs; 0 is one window).`,
  );
}
