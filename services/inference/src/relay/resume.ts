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

/** A request that has answers. */
export type AnsweredRequest = Pick<InferencePrediction, 'requestOffset' | 'requestId' | 'requestTime'>;

/**
 * Requests that the newest answers of an output partition name, from the highest offset down. Pure.
 *
 * An offset alone does not tell which request it is: where inference.requests was deleted and made
 * anew, old answers name offsets that are other requests now. The first of these requests that is
 * still where its answer says is the last that was answered.
 *
 * @param tail the newest answers of the partition
 */
export function answeredRequests(tail: readonly InferencePrediction[]): AnsweredRequest[] {
  const distinct = new Map<string, AnsweredRequest>();
  for (const answer of tail) distinct.set(JSON.stringify(identityOf(answer)), answer);
  return [...distinct.values()].sort((a, b) => b.requestOffset - a.requestOffset);
}

/** Whether a record of inference.requests is the request that was answered. Pure. */
export function isAnswered(
  record: {
    readonly offset: number;
    readonly timestamp: number;
    readonly value: { readonly requestId: string };
  },
  { requestOffset, requestId, requestTime }: AnsweredRequest,
): boolean {
  return (
    record.offset === requestOffset &&
    record.value.requestId === requestId &&
    (requestTime === UNKNOWN_TIME || record.timestamp === requestTime)
  );
}

/** Answers of earlier releases do not say it. */
const UNKNOWN_TIME = -1;

/**
 * Where to go on after the last request that was answered. Pure.
 *
 * All answers to a request lie side by side, those in shadow before the served one. So a request is
 * answered when its served answer is there; if only shadows are, the process ended between two
 * record batches.
 *
 * @param tail the newest answers of the partition
 */
export function resumeAfter(tail: readonly InferencePrediction[], last: AnsweredRequest): ResumePoint {
  const identity = JSON.stringify(identityOf(last));
  const answers = tail.filter((answer) => JSON.stringify(identityOf(answer)) === identity);
  if (answers.some(({ role }) => role !== 'shadow')) {
    return { offset: last.requestOffset + 1, shadows: new Set() };
  }
  return { offset: last.requestOffset, shadows: new Set(answers.map(({ version }) => version)) };
}

function identityOf({ requestOffset, requestId, requestTime }: AnsweredRequest) {
  return [requestOffset, requestId, requestTime];
}
