import type { InferencePrediction } from '@driftloop/schemas';

/** The order of the answers in one partition. */
export interface AnswerOrder {
  /**
   * Takes the next answer, in their order: whether it is the live version's first one to its
   * request.
   */
  takeNew(answer: Pick<InferencePrediction, 'role' | 'requestOffset'>): boolean;
}

/**
 * Answers lie in the order of their requests: one whose request is not beyond the last one's was
 * written twice.
 */
export function createAnswerOrder(): AnswerOrder {
  let newest = -1;
  return {
    takeNew({ role, requestOffset }) {
      if (role !== 'live' || requestOffset <= newest) return false;
      newest = requestOffset;
      return true;
    },
  };
}
