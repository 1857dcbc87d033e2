import type { InferencePrediction } from '@driftloop/schemas';
import { isPossibleAnswer } from './possible-answer.ts';

/** The order of the answers in one partition. */
export interface AnswerOrder {
  /**
   * Takes the next answer, in their order: whether it is the live version's first one to its
   * request.
   */
  takeNew(
    answer: Pick<
      InferencePrediction,
      'role' | 'version' | 'requestPartition' | 'requestOffset' | 'requestTime'
    >,
  ): boolean;
}

/**
 * Answers lie in the order of their requests: one whose request is not beyond the last one's was
 * written twice. Unless that request came later than all that were answered: then the topic of
 * requests was made anew, and its offsets begin again.
 */
export function createAnswerOrder(): AnswerOrder {
  let newest = -1;
  let latest = 0;
  return {
    takeNew(answer) {
      const { role, requestOffset, requestTime } = answer;
      if (role !== 'live' || !isPossibleAnswer(answer)) return false;
      const isMadeAnew = requestTime > latest;
      latest = Math.max(latest, requestTime);
      if (requestOffset <= newest && !isMadeAnew) return false;
      newest = requestOffset;
      return true;
    },
  };
}
