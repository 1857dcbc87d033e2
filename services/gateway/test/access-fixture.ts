import { issueToken } from '@driftloop/access';
import type { AccessRole, AccessToken, AuditEntry } from '@driftloop/schemas';
import type { LightMyRequestResponse } from 'fastify';
import { type GatewayFixture, NOW } from './fixture.ts';

const HOUR_MS = 3_600_000;

/** Makes a token of which the gateway knows when it resolves. */
export async function tokenFor(
  { context }: GatewayFixture,
  role: AccessRole,
  given: { models?: string[]; expiresAt?: number; kind?: 'token' | 'code'; name?: string } = {},
): Promise<{ token: AccessToken; secret: string; headers: { authorization: string } }> {
  const made = await issueToken(context, {
    kind: given.kind ?? 'token',
    name: given.name ?? `the ${role}`,
    role,
    models: given.models ?? null,
    createdBy: 'test',
    expiresAt: given.expiresAt ?? NOW + HOUR_MS,
  });
  await context.tokens.sync();
  return { ...made, headers: { authorization: `Bearer ${made.secret}` } };
}

/** All entries of the audit log, oldest first. */
export async function auditOf({ context }: GatewayFixture): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const records of context.bus.slice('access.audit', { by: 'offset' }))
    entries.push(...records.map(({ value }) => value));
  return entries;
}

/**
 * What is changed by calls, as text, to be compared: nothing of it may move where one is refused.
 */
export async function everything({ context }: GatewayFixture): Promise<string> {
  const topics = [
    'model.events',
    'model.specs',
    'retrain.commands',
    'inference.requests',
    'inference.labels',
    'letter.decisions',
    'notification.rules',
    'notification.events',
    'model.notes',
    'study.events',
  ] as const;
  const ends = await Promise.all(topics.map((topic) => context.bus.offsets(topic)));
  const tokens = context.tokens.all().map(({ tokenId, endedAt }) => [tokenId, endedAt]);
  return JSON.stringify([ends, tokens]);
}

/** The cookie that an answer sets, as a browser sends it. */
export function cookieOf(answer: LightMyRequestResponse): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}
