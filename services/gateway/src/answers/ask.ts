import type { TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { InferenceRequest } from '@driftloop/schemas';
import type { Answers, Outcome } from './answers.ts';

/** What asking works with. */
export interface AskParts {
  readonly producer: Pick<TypedProducer, 'send'>;
  readonly answers: Pick<Answers, 'expect'>;
}

/** What a call that waited in vain is told; undefined where that is no error. */
type Overdue = undefined;

/**
 * Puts requests of one model onto Kafka and waits for what becomes of them.
 *
 * @param withinMs deadline of the whole call, milliseconds from now
 * @param trace W3C `traceparent` of the call
 * @returns in the order of the requests; undefined where the deadline passed first
 * @throws DriftloopError what the producer throws; GATEWAY_STOPPING
 */
export async function ask(
  requests: readonly InferenceRequest[],
  withinMs: number,
  { producer, answers }: AskParts,
  trace?: string,
): Promise<readonly Outcome[] | Overdue> {
  const [first] = requests;
  if (first === undefined) return [];
  // Before they are sent: an answer may be there before the acknowledgement is.
  const expected = answers.expect(
    first.model,
    requests.map(({ requestId }) => requestId),
  );
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<Overdue>((resolve) => {
    timer = setTimeout(() => resolve(undefined), withinMs);
  });
  const failed = producer
    .send(
      'inference.requests',
      requests.map((value) => ({ key: value.requestId, value, trace })),
    )
    .then(() => new Promise<never>(() => {}));
  try {
    return await Promise.race([expected.outcomes, failed, overdue]);
  } finally {
    clearTimeout(timer);
    expected.forget();
    failed.catch(() => undefined);
  }
}

/** What is told where the deadline has passed. @param withinMs that it was */
export function answerOverdue(requests: readonly InferenceRequest[], withinMs: number): DriftloopError {
  const [first] = requests;
  const which = requests.length === 1 ? `request '${first?.requestId}'` : `${requests.length} requests`;
  return new DriftloopError(
    'ANSWER_OVERDUE',
    `No answer to ${which} of model '${first?.model}' came within ${withinMs} ms. It may still come: ask for it by its id, GET /models/{model}/requests/{id}, or allow more time (timeout of the call, GATEWAY_INFER_TIMEOUT_MS). \`pnpm driftloop status\` shows whether inference runs.`,
  );
}
