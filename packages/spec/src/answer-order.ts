import type { InferencePrediction } from '@driftloop/schemas';

/** The order of the answers in one partition. */
export interface AnswerOrder {
  /** Whether this is the live version's first answer to its request. Call it for each answer, in their order. */
  isNew(answer: Pick<InferencePrediction, 'role' | 'requestOffset'>): boolean;
}

/** Answers lie in the order of their requests: one whose request is not beyond the last one's was written twice. */
export function createAnswerOrder(): AnswerOrder {
  let newest = -1;
  return {
    isNew({ role, requestOffset }) {
      if (role !== 'live' || requestOffset <= newest) return false;
      newest = requestOffset;
      return true;
    },
  };
}
