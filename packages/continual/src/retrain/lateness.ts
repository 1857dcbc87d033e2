import type { CandidateRollout } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';

/**
 * Windows of labels that may come while a candidate is trained before it counts as late: with the
 * windows and rows of the default spec, about as many rows as it has learnt from.
 */
const LATE_WINDOWS = 16;

/**
 * Whether a candidate comes late: the labels have moved on by more than sixteen windows since those
 * that it has learnt from. How it does on rows so far behind its data, only rows can tell.
 *
 * @param data what it has learnt from, in order of event time
 * @param fresh younger rows whose labels are there by now; undefined where that is not known
 * @param windowMs event time that a window holds
 */
export function comesLate(
  { eventTimes }: Pick<LabelledRows, 'eventTimes'>,
  fresh: Pick<LabelledRows, 'eventTimes'> | undefined,
  windowMs: number,
): boolean {
  if (fresh === undefined) return true;
  const from = eventTimes.at(-1);
  const to = fresh.eventTimes.at(-1);
  return from !== undefined && to !== undefined && to - from > LATE_WINDOWS * windowMs;
}

/** What becomes of a candidate that has passed: `fresh` is decided by when it came. */
export function settleRollout(rollout: CandidateRollout, isLate: boolean): 'publish' | 'shadow' {
  if (rollout !== 'fresh') return rollout;
  return isLate ? 'shadow' : 'publish';
}
