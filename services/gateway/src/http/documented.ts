import type { RouteOptions } from 'fastify';
import Type from 'typebox';
import { isForBrowsers } from '../access/guard.ts';
import { PROBLEM_TYPE, Problem } from './problem.ts';
import { ProtocolProblem } from './v2/problem.ts';

/**
 * Statuses that any call may be answered with: not valid, address too long, too many, bug, Kafka
 * away.
 */
const ANY = [400, 414, 429, 500, 503];
/** Of those whose caller must be known. */
const GUARDED = [401, 403];
/** Of those that have a body: too large, of another type. */
const WITH_BODY = [408, 413, 415];

/** Of commands: sent again with the same key, it is carried out once. */
const KEYED = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'The same call with the same key within a day is carried out once, and answered the same.',
    }),
  ),
});

interface Schema {
  readonly response?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/**
 * Documents what every route may answer beside what it says itself, and what it needs. Call it
 * after the route's role is set.
 */
export function documentRoute(route: RouteOptions): void {
  if (isForBrowsers(route.url)) return;
  const { role } = route.config ?? {};
  const isProtocols = route.url === '/v2' || route.url.startsWith('/v2/');
  const methods = [route.method].flat();
  const hasBody = methods.some((method) => method === 'POST' || method === 'PUT' || method === 'PATCH');
  const isGuarded = role !== 'anyone';
  // A login that fails is refused, too.
  const refuses = isGuarded || hasBody || route.url === '/me';
  const statuses = [
    ...ANY,
    ...(refuses ? GUARDED : []),
    ...(hasBody ? WITH_BODY : []),
    ...(route.url.includes(':') ? [404] : []),
  ];
  const shape = isProtocols
    ? ProtocolProblem
    : { description: 'Problem', content: { [PROBLEM_TYPE]: { schema: Problem } } };
  const { response = {}, ...schema } = (route.schema ?? {}) as Schema;
  const { isCommand = false } = route.config ?? {};
  const own = Object.entries(response).map(([status, given]) => [status, given === Problem ? shape : given]);
  route.schema = {
    ...schema,
    ...(isCommand ? { headers: KEYED } : {}),
    ...(isGuarded ? { security: [{ token: [] }, { session: [] }] } : {}),
    response: {
      ...Object.fromEntries(statuses.map((status) => [status, shape])),
      ...Object.fromEntries(own),
    },
  };
}
