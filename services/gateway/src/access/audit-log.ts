import { auditEntry, jsonText, writeAudit } from '@driftloop/access';
import type { TypedProducer } from '@driftloop/bus';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { createFlood } from './flood.ts';
import { isChange } from './guard.ts';
import type { Identity } from './identity.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `refused`: traffic, which is on Kafka anyway; only calls that may not are written down.
     * @default 'always', of routes that change something
     */
    audit?: 'always' | 'refused';
  }
  interface FastifyRequest {
    noted: AuditNote;
  }
}

/** What a route tells the audit log of a call. */
export interface AuditNote {
  model?: string;
  version?: number;
  /** Whoever the call has turned out to be by, where a login makes them known. */
  caller?: Identity | undefined;
  /** Code of the error that was answered. */
  code?: string;
  /** What is changed, before and after; without secrets. */
  before?: unknown;
  after?: unknown;
}

/** What entries are written with. */
export interface AuditParts {
  readonly producer: Pick<TypedProducer, 'send'>;
  readonly logger: Pick<FastifyBaseLogger, 'error'> | undefined;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** A call that is to be written down. */
export interface AuditedCall extends AuditNote {
  readonly caller?: Identity | undefined;
  readonly action: string;
  readonly target: string;
  readonly reason?: string;
  /** HTTP status that is answered. */
  readonly status: number;
  readonly remoteAddress: string;
}

const REFUSED: readonly number[] = [401, 403];
const RATE_LIMITED = 429;
/** Of callers whom nobody knows so many are written down, each minute; of the others how many. */
export const MOST_UNKNOWN_PER_MINUTE = 600;

/** Writes a call down; a log that cannot be written is told in the service's own. */
export async function auditCall(call: AuditedCall, { producer, logger, now }: AuditParts): Promise<void> {
  const { caller, before, after, code = '', status, ...rest } = call;
  const { name: actor = '', via = 'anonymous', tokenId = '', role = '' } = caller ?? {};
  const outcome = status < 400 ? 'done' : REFUSED.includes(status) ? 'refused' : 'failed';
  const entry = auditEntry({
    ...rest,
    at: now(),
    actor,
    via,
    tokenId,
    role,
    outcome,
    status,
    code,
    before: jsonText(before),
    after: jsonText(after),
  });
  try {
    await writeAudit(producer, [entry]);
  } catch (error) {
    logger?.error({ err: error, entry }, 'the audit log could not be written');
  }
}

/** Writes down every call that changes something, or wanted to, before it is answered. */
export function auditChanges(app: FastifyInstance, parts: AuditParts): void {
  const flood = createFlood(MOST_UNKNOWN_PER_MINUTE);
  app.decorateRequest('noted', null as unknown as AuditNote);
  app.addHook('onRequest', async (request) => {
    request.noted = {};
  });
  app.addHook('onSend', async (request, reply) => {
    if (!isWrittenDown(request, reply.statusCode)) return;
    const { model } = (request.params ?? {}) as { model?: string };
    const { caller } = request;
    const leftOut = isUnknown(request, reply.statusCode) ? flood.take(parts.now()) : 0;
    if (leftOut === undefined) return;
    const { reason } = (request.body ?? {}) as { reason?: unknown };
    await auditCall(
      {
        ...(model === undefined ? {} : { model }),
        ...(caller === undefined ? {} : { caller }),
        ...request.noted,
        action: `${request.method} ${request.routeOptions.url ?? ''}`,
        target: pathOf(request.url),
        ...(leftOut > 0 ? { reason: leftOutText(leftOut) } : typeof reason === 'string' ? { reason } : {}),
        status: reply.statusCode,
        remoteAddress: request.ip,
      },
      parts,
    );
  });
}

/** What the next entry says of those that were left out. */
export function leftOutText(calls: number): string {
  return `and ${calls} more by callers whom nobody knows, since the last entry`;
}

/** A call by somebody unknown that was refused: anybody can make as many as they like. */
function isUnknown({ caller }: FastifyRequest, status: number): boolean {
  return REFUSED.includes(status) && (caller === undefined || caller.via === 'anonymous');
}

function isWrittenDown(request: FastifyRequest, status: number): boolean {
  if (request.is404 || status === RATE_LIMITED) return false;
  const { audit = isChange(request) ? 'always' : undefined } = request.routeOptions.config;
  return audit === 'always' || (audit === 'refused' && REFUSED.includes(status));
}

/** Without the query, in which somebody may have put a secret. */
function pathOf(url: string): string {
  return url.replace(/\?.*$/s, '');
}
