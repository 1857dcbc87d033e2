import type { InferencePrediction } from '@driftloop/schemas';

/** Where to go on with an input partition. */
export interface ResumePoint {
  /** First request that has no served answer. */
  readonly offset: number;
  /** Versions that had answered this request in shadow already. */
  readonly shadows: ReadonlySet<number>;
}

/** How many of the newest answers are enough to know: all of one request, and then some. */
export const TAIL_LENGTH = 64;

/**
 * Reads off the newest answers of an output partition where to go on. Pure.
 *
 * All answers to a request lie side by side, those in shadow before the served one. So a request is answered when its served
 * answer is there; if only shadows are, the process ended between two record batches.
 *
 * @param tail the newest answers of the partition, in their order
 * @returns undefined when there is no answer yet
 */
export function resumeFrom(tail: readonly InferencePrediction[]): ResumePoint | undefined {
  let newest: number | undefined;
  for (const { requestOffset } of tail)
    if (newest === undefined || requestOffset > newest) newest = requestOffset;
  if (newest === undefined) return undefined;
  const answers = tail.filter(({ requestOffset }) => requestOffset === newest);
  if (answers.some(({ role }) => role !== 'shadow')) return { offset: newest + 1, shadows: new Set() };
  return { offset: newest, shadows: new Set(answers.map(({ version }) => version)) };
}
