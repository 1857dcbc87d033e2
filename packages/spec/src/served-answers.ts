import type { InferencePrediction } from '@driftloop/schemas';
import { createNewestEntries } from './newest-entries.ts';

/** What a version answered in shadow. */
export interface RivalAnswer {
  readonly version: number;
  /** Class index, or the value of a regression. */
  readonly predicted: number;
  /** Numbers of the answer; absent where `predicted` says it all. */
  readonly outputs?: Float32Array;
}

/** What of an answer tells which request it is to and what it says. */
export type Answer = Pick<
  InferencePrediction,
  | 'requestId'
  | 'model'
  | 'version'
  | 'role'
  | 'eventTime'
  | 'predicted'
  | 'outputs'
  | 'requestPartition'
  | 'requestOffset'
  | 'requestTime'
>;

/**
 * An answer that was served, live or canary, with what versions in shadow had said to the same
 * request by then.
 */
export interface ServedAnswer extends Omit<Answer, 'model' | 'role'> {
  readonly role: 'live' | 'canary';
  /** Each version once. */
  readonly rivals: readonly RivalAnswer[];
}

/** Answers by the request that they were served to. */
export interface ServedAnswers {
  /**
   * The first answer to a request, live or canary, and those in shadow before it; undefined when it
   * is not known.
   */
  find(model: string, requestId: string): ServedAnswer | undefined;
  /** Takes note of answers, in the order in which they lie in their partitions. */
  add(answers: Iterable<Answer>): void;
}

/**
 * Keeps answers in memory.
 *
 * @param most how many; the oldest go. @default all
 * @param only answers of one model, whose records stay in memory anyway: others are passed over,
 *   and outputs are not copied. @default of all models
 */
export function createServedAnswers(
  most = Number.POSITIVE_INFINITY,
  only?: { readonly model: string },
): ServedAnswers {
  const served = createNewestEntries<ServedAnswer>(most);
  /** Of requests that no answer has been served to yet: answers in shadow come first. */
  const rivals = createNewestEntries<readonly RivalAnswer[]>(most);
  return {
    find: (model, requestId) =>
      only && model !== only.model ? undefined : served.get(only ? requestId : keyOf(model, requestId)),
    add(answers) {
      for (const answer of answers) {
        const { model, requestId, version, role } = answer;
        if (only && model !== only.model) continue;
        const key = only ? requestId : keyOf(model, requestId);
        if (served.has(key)) continue;
        const others = rivals.get(key) ?? NO_RIVALS;
        if (role === 'shadow') {
          if (others.some((rival) => rival.version === version)) continue;
          rivals.set(key, [...others, rivalAnswer(answer)]);
        } else {
          rivals.delete(key);
          served.set(key, servedAnswer(answer, role, others, only !== undefined));
        }
      }
    },
  };
}

const NO_RIVALS: readonly RivalAnswer[] = [];

/** Ids are free text: the length keeps model and id apart. */
function keyOf(model: string, requestId: string): string {
  return `${model.length}/${model}/${requestId}`;
}

function rivalAnswer({ version, predicted, outputs }: Answer): RivalAnswer {
  return isFirstOfSeveral(predicted, outputs)
    ? { version, predicted, outputs: outputs.slice() }
    : { version, predicted };
}

/**
 * Whether `predicted` is one of several outputs and no class: the largest of probabilities is never
 * their first one where its index is told.
 */
function isFirstOfSeveral(predicted: number, outputs: Float32Array): boolean {
  return outputs.length > 1 && outputs[0] === predicted;
}

function servedAnswer(
  answer: Answer,
  role: ServedAnswer['role'],
  rivals: readonly RivalAnswer[],
  isKept: boolean,
): ServedAnswer {
  const { requestId, version, eventTime, predicted, requestPartition, requestOffset, requestTime } = answer;
  // A copy: the record's own array would keep all that was fetched with it.
  const outputs = isKept ? answer.outputs : answer.outputs.slice();
  return {
    requestId,
    version,
    role,
    eventTime,
    predicted,
    outputs,
    requestPartition,
    requestOffset,
    requestTime,
    rivals,
  };
}
