import type { InferencePrediction } from '@driftloop/schemas';

/**
 * How far the clock that timed a request may be ahead of the one that timed its answer, ms; as in
 * windows/input-facts.ts.
 */
const MOST_AHEAD_MS = 3_600_000;

/**
 * What places an answer in the log's time: its request's Kafka timestamp, so that it does not
 * matter when it was answered. An answer that says none, or one that lies hours after itself,
 * counts as of its own: an answer that nobody gave would hold up its partition until that time
 * comes.
 *
 * @param timestamp the answer's own, epoch ms
 */
export function answerTime({ requestTime }: InferencePrediction, timestamp: number): number {
  return requestTime > 0 && requestTime <= timestamp + MOST_AHEAD_MS ? requestTime : timestamp;
}
