import type { InferencePrediction } from '@driftloop/schemas';
import { createAges } from './ages.ts';
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
  /** By model and id; of an id that is used again all, in the order of their requests. */
  const served = new Map<string, ServedAnswer | ServedAnswer[]>();
  const age = createAges<{ readonly key: string; readonly answer: ServedAnswer }>(most);
  /** Of requests that no answer has been served to yet: answers in shadow come first. */
  const rivals = createNewestEntries<readonly RivalAnswer[]>(most);
  let hasRivals = false;

  const keep = (key: string, answer: ServedAnswer) => {
    const known = served.get(key);
    served.set(key, known === undefined ? answer : withAnswer(known, answer));
    const oldest = age.push({ key, answer });
    if (!oldest) return;
    const left = withoutAnswer(served.get(oldest.key), oldest.answer);
    if (left) served.set(oldest.key, left);
    else served.delete(oldest.key);
  };
  return {
    find(model, requestId, labelTime) {
      if (only && model !== only.model) return undefined;
      const known = served.get(only ? requestId : keyOf(model, requestId));
      return Array.isArray(known) ? newestBefore(known, labelTime) : known;
    },
    add(answers) {
      for (const answer of answers) {
        const { model, requestId, version, role } = answer;
        if (only && model !== only.model) continue;
        const key = only ? requestId : keyOf(model, requestId);
        if (isKnown(served.get(key), answer)) continue;
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

/** Which of the requests of an id an answer is to, on Kafka. */
type Place = Pick<ServedAnswer, 'requestTime' | 'requestPartition' | 'requestOffset'>;

/** Orders answers as their requests came: negative where the first one's was earlier. */
export function requestOrder(a: Place, b: Place): number {
  return (
    a.requestTime - b.requestTime ||
    a.requestPartition - b.requestPartition ||
    a.requestOffset - b.requestOffset
  );
}

function isKnown(known: ServedAnswer | readonly ServedAnswer[] | undefined, answer: Place): boolean {
  if (known === undefined) return false;
  return isMany(known)
    ? requestOrder(known[firstAfter(known, answer) - 1] ?? NOWHERE, answer) === 0
    : requestOrder(known, answer) === 0;
}

const NOWHERE: Place = { requestTime: Number.NEGATIVE_INFINITY, requestPartition: -1, requestOffset: -1 };

function isMany(known: ServedAnswer | readonly ServedAnswer[]): known is readonly ServedAnswer[] {
  return Array.isArray(known);
}

function withAnswer(known: ServedAnswer | ServedAnswer[], answer: ServedAnswer): ServedAnswer[] {
  const all = Array.isArray(known) ? known : [known];
  all.splice(firstAfter(all, answer), 0, answer);
  return all;
}

function withoutAnswer(
  known: ServedAnswer | ServedAnswer[] | undefined,
  answer: ServedAnswer,
): ServedAnswer | ServedAnswer[] | undefined {
  if (!Array.isArray(known)) return known === answer ? undefined : known;
  known.splice(known.indexOf(answer), 1);
  return known.length > 1 ? known : known[0];
}

/** Number of the first that comes after a place, in the order of requests. */
function firstAfter(answers: readonly ServedAnswer[], place: Place): number {
  let low = 0;
  let high = answers.length;
  // Most come in order.
  if (high > 0 && requestOrder(answers[high - 1] as ServedAnswer, place) <= 0) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (requestOrder(answers[middle] as ServedAnswer, place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function newestBefore(answers: readonly ServedAnswer[], labelTime: number): ServedAnswer | undefined {
  const end = firstAfter(answers, {
    requestTime: labelTime,
    requestPartition: Number.POSITIVE_INFINITY,
    requestOffset: Number.POSITIVE_INFINITY,
  });
  return answers[Math.max(0, end - 1)];
}

const NO_RIVALS: readonly RivalAnswer[] = [];

function placeOf(key: string, { requestTime, requestPartition, requestOffset }: Place): string {
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
