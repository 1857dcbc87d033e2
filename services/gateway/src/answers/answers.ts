import { DriftloopError } from '@driftloop/errors';
import type { DeadLetter, InferencePrediction } from '@driftloop/schemas';
import { isAboutRequest } from './is-about-request.ts';

/** What the version that was live, or the canary, said to a request. */
export type GivenAnswer = Pick<
  InferencePrediction,
  'version' | 'role' | 'predicted' | 'outputs' | 'eventTime' | 'servedAt'
>;

/** What became of a request: an answer, or why there is none. */
export type Outcome =
  | { readonly type: 'answered'; readonly answer: GivenAnswer }
  | { readonly type: 'refused'; readonly code: string; readonly reason: string };

/** Requests whose outcomes are waited for. */
export interface Expected {
  /**
   * Resolves in the order of the ids; rejects with GATEWAY_STOPPING when the answers are closed.
   */
  readonly outcomes: Promise<readonly Outcome[]>;
  /** Nobody waits any more. What comes is still remembered. */
  forget(): void;
}

/** What this gateway knows of the requests that it has sent. */
export interface Answers {
  /** Waits for what becomes of requests; to be called before they are sent. */
  expect(model: string, requestIds: readonly string[]): Expected;
  /**
   * The first outcome of a request; `waiting` while there is none, undefined where it is not known.
   */
  find(model: string, requestId: string): Outcome | 'waiting' | undefined;
  /** Whether a record with this key may be about one of the requests. Asked for every record. */
  isAwaited(key: string): boolean;
  /** Takes note of answers; those in shadow are nobody's. */
  answered(predictions: Iterable<InferencePrediction>): void;
  /** Takes note of dead letters. */
  refused(letters: Iterable<DeadLetter>): void;
  /** Ends all waiting. */
  close(): void;
}

interface Waiter {
  readonly model: string;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Keeps who waits for which request, and the newest outcomes.
 * @param most how many requests are remembered; the oldest go. Who waits is never forgotten
 */
export function createAnswers(most: number): Answers {
  const waiting = new Map<string, Set<Waiter>>();
  /** By request id, then model: ids are unique per model only. */
  const known = new Map<string, Map<string, Outcome | 'waiting'>>();

  const remember = (model: string, requestId: string) => {
    const models = known.get(requestId) ?? new Map<string, Outcome | 'waiting'>();
    if (!models.has(model)) models.set(model, 'waiting');
    known.set(requestId, models);
    if (known.size <= most) return;
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  };
  const settle = (requestId: string, isMeant: (model: string) => boolean, outcome: Outcome) => {
    const models = known.get(requestId);
    for (const [model, before] of models ?? [])
      if (before === 'waiting' && isMeant(model)) models?.set(model, outcome);
    for (const waiter of waiting.get(requestId) ?? []) if (isMeant(waiter.model)) waiter.resolve(outcome);
  };
  const expectOne = (model: string, requestId: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const waiter = { model, resolve, reject };
    const waiters = waiting.get(requestId) ?? new Set();
    waiting.set(requestId, waiters.add(waiter));
    remember(model, requestId);
    const forget = () => {
      waiters.delete(waiter);
      if (waiters.size === 0 && waiting.get(requestId) === waiters) waiting.delete(requestId);
    };
    return { outcome: promise.finally(forget), forget };
  };

  return {
    expect(model, requestIds) {
      const expected = requestIds.map((requestId) => expectOne(model, requestId));
      const outcomes = Promise.all(expected.map(({ outcome }) => outcome));
      // Whoever has stopped waiting does not hear of it.
      outcomes.catch(() => undefined);
      return {
        outcomes,
        forget: () => {
          for (const { forget } of expected) forget();
        },
      };
    },
    find: (model, requestId) => known.get(requestId)?.get(model),
    isAwaited: (key) => waiting.has(key) || known.has(key),
    answered(predictions) {
      for (const prediction of predictions) {
        const { model, requestId, role, version, predicted, eventTime, servedAt } = prediction;
        if (role === 'shadow') continue;
        // A copy: the record's own array would keep all that was fetched with it.
        const outputs = prediction.outputs.slice();
        const answer = { version, role, predicted, outputs, eventTime, servedAt };
        settle(requestId, (one) => one === model, { type: 'answered', answer });
      }
    },
    refused(letters) {
      for (const letter of letters) {
        if (letter.topic !== 'inference.requests' || letter.key === null) continue;
        const requestId = Buffer.from(letter.key).toString();
        const { code, reason } = letter;
        settle(requestId, (model) => isAboutRequest(letter, model, requestId), {
          type: 'refused',
          code,
          reason,
        });
      }
    },
    close() {
      for (const waiters of [...waiting.values()])
        for (const { reject } of [...waiters])
          reject(
            new DriftloopError(
              'GATEWAY_STOPPING',
              'The gateway stops before the answer has come. The request is on Kafka and is answered there: ask for it by its id, GET /models/{model}/requests/{id}, once a gateway runs.',
            ),
          );
    },
  };
}
