import { createHash } from 'node:crypto';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import '../http/deadline.ts';
import { type Call, type CommandAnswers, newClaimId } from './command-answers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The same call with the same Idempotency-Key is carried out once. */
    isCommand?: boolean;
  }
  interface FastifyRequest {
    /** Of a call with a key that is carried out here. */
    keyed: Call | undefined;
  }
}

const HEADER = 'idempotency-key';
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Answers a command that comes again with its key as the first time. */
export function replayCommands(app: FastifyInstance, answers: CommandAnswers): void {
  app.decorateRequest('keyed');
  app.decorateRequest('unended');
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers[HEADER];
    if (request.is404 || request.routeOptions.config.isCommand !== true || key === undefined) return;
    if (typeof key !== 'string' || !KEY.test(key))
      throw new DriftloopError(
        'REQUEST_INVALID',
        'The Idempotency-Key must be 1 to 200 visible characters without spaces.',
      );
    const call = callOf(request, key);
    const before = await answers.claim(call);
    if (before === undefined) {
      request.keyed = call;
      return;
    }
    request.noted.after = { answeredBefore: true };
    return reply
      .status(before.status)
      .header('idempotent-replayed', 'true')
      .type('application/json')
      .send(JSON.parse(before.body));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.keyed === undefined) return;
    if (request.unended !== undefined) {
      settleLate(answers, request.keyed, reply, request.unended);
      return;
    }
    // Nothing was done by what was refused or went wrong: the key may be used again.
    const isDone = reply.statusCode < 400 && typeof payload === 'string';
    await answers.settle(request.keyed, isDone ? { status: reply.statusCode, body: payload } : undefined);
  });
}

/**
 * A caller who was told that it takes too long may come again before it has ended: the key stays
 * claimed until then.
 */
function settleLate(answers: CommandAnswers, call: Call, reply: FastifyReply, unended: Promise<unknown>) {
  unended
    .then(
      (body) => {
        // The status is that of the refusal, unless the handler has set its own since.
        const status = reply.statusCode < 400 ? reply.statusCode : 200;
        return answers.settle(call, { status, body: JSON.stringify(body) });
      },
      () => answers.settle(call, undefined),
    )
    .catch((error: unknown) => reply.log.error(error, 'the answer to a command could not be written down'));
}

/** Keys are each caller's own. */
function callOf({ caller, method, url, body }: FastifyRequest, key: string): Call {
  const { via = 'anonymous', name = '', tokenId = '' } = caller ?? {};
  return {
    // A person's sessions are the same person.
    callId: hash(JSON.stringify([via, via === 'token' ? tokenId : name, key])),
    requestSha256: hash(JSON.stringify([method, url, body])),
    claimId: newClaimId(),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
