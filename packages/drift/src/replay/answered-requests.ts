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
  const partitions = new Map<number, Map<number, InferenceRequest>>();
  return {
    add({ partition, offset, value }) {
      const own = partitions.get(partition);
      if (own) own.set(offset, value);
      else partitions.set(partition, new Map([[offset, value]]));
    },
    of: ({ requestPartition, requestOffset }) => partitions.get(requestPartition)?.get(requestOffset),
  };
}
