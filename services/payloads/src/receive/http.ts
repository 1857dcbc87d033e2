import { timingSafeEqual } from 'node:crypto';
import type { TypedProducer } from '@driftloop/bus';
import { DriftloopError, ERRORS, refusalOf } from '@driftloop/errors';
import { type Clock, isLoopback, type Logger } from '@driftloop/service';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
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
  // Before the body is read.
  app.addHook('onRequest', async (request) => authorize(request, token));
  app.post('/*', async (request, reply) => {
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

/**
 * What an event says becomes requests and labels of a model, so who may send one is said by
 * somebody.
 *
 * @throws DriftloopError CONFIG_INVALID where everybody could, and nobody has said that they may
 */
export function requireToken({
  PAYLOADS_TOKEN: token,
  PAYLOADS_OPEN: isOpen,
  PAYLOADS_HOST: host,
}: Pick<Config, 'PAYLOADS_TOKEN' | 'PAYLOADS_OPEN' | 'PAYLOADS_HOST'>): void {
  if (token !== '' || isOpen || isLoopback(host)) return;
  throw new DriftloopError(
    'CONFIG_INVALID',
    `Settings are not valid: PAYLOADS_HOST is ${host}, beyond this machine, and there is no token: set PAYLOADS_TOKEN (or PAYLOADS_TOKEN_FILE), or PAYLOADS_OPEN=true to take events from everybody`,
  );
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
