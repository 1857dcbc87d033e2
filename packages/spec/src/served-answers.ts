import type { InferencePrediction } from '@driftloop/schemas';
import { createAges } from './ages.ts';
import { createNewestEntries } from './newest-entries.ts';
import { type RequestPlace, requestOrder, Uses } from './uses.ts';

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

/** A label that looks for its answer. */
export interface AskingLabel {
  readonly requestId: string;
  /** Kafka timestamp, epoch ms; negative where it has none. */
  readonly timestamp: number;
}

/** Answers by the request that they were served to. */
export interface ServedAnswers {
  /**
   * The answer, live or canary, that a label is about, with those in shadow before it: to the
   * newest request of this id that had come by the label's time, and to the first of all where none
   * had. Of several answers to one request the first counts. undefined when none is known.
   *
   * @param labelTime the label's Kafka timestamp, epoch ms; negative where it has none
   */
  find(model: string, requestId: string, labelTime: number): ServedAnswer | undefined;
  /**
   * Kafka timestamp of the newest request whose answer is not kept any more, epoch ms; -Infinity
   * while all are.
   */
  forgotten(): number;
  /** Takes note of answers, in the order in which they lie in their partitions. */
  add(answers: Iterable<Answer>): void;
}

/** Whether the request of this answer had come when its label did. */
export function cameBefore({ requestTime }: Pick<ServedAnswer, 'requestTime'>, labelTime: number): boolean {
  return requestTime <= labelTime;
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
  /** By model and id; of an id that is used again all. */
  const served = new Map<string, ServedAnswer | Uses<ServedAnswer>>();
  const age = createAges<{ readonly key: string; readonly answer: ServedAnswer }>(most);
  let forgotten = Number.NEGATIVE_INFINITY;
  /** Of requests that no answer has been served to yet: answers in shadow come first. */
  const rivals = createNewestEntries<readonly RivalAnswer[]>(most);
  let hasRivals = false;

  const keep = (key: string, answer: ServedAnswer) => {
    const known = served.get(key);
    if (known === undefined) served.set(key, answer);
    else if (known instanceof Uses) known.add(answer);
    else {
      const uses = new Uses<ServedAnswer>();
      uses.add(known);
      uses.add(answer);
      served.set(key, uses);
    }
    const oldest = age.push({ key, answer });
    if (!oldest) return;
    forgotten = Math.max(forgotten, oldest.answer.requestTime);
    const left = served.get(oldest.key);
    if (left instanceof Uses) left.remove(oldest.answer);
    if (left === oldest.answer || (left instanceof Uses && left.size === 0)) served.delete(oldest.key);
  };
  const isKnown = (key: string, answer: Answer) => {
    const known = served.get(key);
    if (known === undefined) return false;
    return known instanceof Uses ? known.has(answer) : requestOrder(known, answer) === 0;
  };
  return {
    find(model, requestId, labelTime) {
      if (only && model !== only.model) return undefined;
      const known = served.get(only ? requestId : keyOf(model, requestId));
      return known instanceof Uses ? known.newestBefore(labelTime) : known;
    },
    forgotten: () => forgotten,
    add(answers) {
      for (const answer of answers) {
        const { model, requestId, version, role } = answer;
        if (only && model !== only.model) continue;
        const key = only ? requestId : keyOf(model, requestId);
        if (isKnown(key, answer)) continue;
        if (role === 'shadow') {
          hasRivals = true;
          const place = placeOf(key, answer);
          const others = rivals.get(place) ?? NO_RIVALS;
          if (others.some((rival) => rival.version === version)) continue;
          rivals.set(place, [...others, rivalAnswer(answer)]);
          continue;
        }
        const place = hasRivals ? placeOf(key, answer) : undefined;
        const others = (place && rivals.get(place)) || NO_RIVALS;
        if (place) rivals.delete(place);
        keep(key, servedAnswer(answer, role, others, only !== undefined));
      }
    },
  };
}

const NO_RIVALS: readonly RivalAnswer[] = [];

function placeOf(key: string, { requestTime, requestPartition, requestOffset }: RequestPlace): string {
  return `${requestPartition}/${requestOffset}/${requestTime}/${key}`;
}

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
