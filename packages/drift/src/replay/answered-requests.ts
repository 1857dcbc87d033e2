import type { InferenceRequest } from '@driftloop/schemas';
import type { ServedAnswer } from '@driftloop/spec';

/** Requests by their place in the log, as answers name them. */
export interface AnsweredRequests {
  add(record: {
    readonly partition: number;
    readonly offset: number;
    readonly value: InferenceRequest;
  }): void;
  /** @returns undefined for one that was not added */
  of(answer: Pick<ServedAnswer, 'requestPartition' | 'requestOffset'>): InferenceRequest | undefined;
}

/** Keeps all of them. */
export function createAnsweredRequests(): AnsweredRequests {
  const requests = new Map<string, InferenceRequest>();
  return {
    add({ partition, offset, value }) {
      requests.set(`${partition}/${offset}`, value);
    },
    of: ({ requestPartition, requestOffset }) => requests.get(`${requestPartition}/${requestOffset}`),
  };
}
