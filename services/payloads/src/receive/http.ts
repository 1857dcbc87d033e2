import { timingSafeEqual } from 'node:crypto';
import type { TypedProducer } from '@driftloop/bus';
import { DriftloopError, ERRORS, refusalOf } from '@driftloop/errors';
import type { Clock, Logger } from '@driftloop/service';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { ModelNames } from '../events/model-names.ts';
import { payloadRecord } from '../events/payload-record.ts';
import { type LoggedHalf, readEvents } from '../events/read-events.ts';
import type { Meters } from '../meters.ts';
import { refusedLetter } from './refused-letter.ts';

/** What receiving works with. */
export interface ReceiverParts {
  readonly producer: TypedProducer;
  readonly modelOf: ModelNames;
  readonly meters: Meters;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Empty for none. */
  readonly token: string;
  readonly bodyLimitBytes: number;
}

/**
 * Takes events over HTTP at any path, as KServe's and Seldon's loggers and Knative's brokers send
 * them: 202 once Kafka has them, 400 for what is none, which is a dead letter then.
 */
export function buildReceiver(parts: ReceiverParts): FastifyInstance {
  const { producer, modelOf, meters, clock, logger, token, bodyLimitBytes } = parts;
  const app = Fastify({ bodyLimit: bodyLimitBytes, forceCloseConnections: 'idle' });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof DriftloopError)
      return reply.status(ERRORS[error.code].http).send({ code: error.code, message: error.message });
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, 'an event over HTTP was not taken');
    return reply.status(status).send({ message: (error as Error).message });
  });
  app.post('/*', async (request, reply) => {
    authorize(request, token);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const headers = textHeaders(request.headers);
    let halves: LoggedHalf[];
    try {
      halves = readEvents({ headers, body });
    } catch (error) {
      if (!(error instanceof DriftloopError)) throw error;
      meters.deadLetters.inc({ code: error.code });
      const letter = refusedLetter(headers['ce-id'] ?? '', body, refusalOf(error), clock.now());
      await producer.send('dead.letters', [letter]);
      throw error;
    }
    await producer.send(
      'payload.events',
      halves.map((half) => payloadRecord(half, modelOf)),
    );
    meters.events.inc({ from: 'http' }, halves.length);
    return reply.status(202).send();
  });
  return app;
}

function textHeaders(given: FastifyRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value ?? '')]));
}

/** Loggers send no headers of one's own; so the token may stand in their URL. */
function authorize({ headers, query }: FastifyRequest, token: string): void {
  if (token === '') return;
  const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  const given = Buffer.from(bearer ?? String((query as { token?: unknown }).token ?? ''));
  const wanted = Buffer.from(token);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new DriftloopError(
    'UNAUTHORIZED',
    'Send `Authorization: Bearer <token>`, or put ?token= into the URL of the logger (PAYLOADS_TOKEN).',
  );
}
