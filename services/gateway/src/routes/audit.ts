import { auditLog } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { SINCE, UNTIL } from '../http/moment.ts';
import { NextCursor, numericCursor } from '../http/paging.ts';

const Entry = Type.Object({
  id: Type.String(),
  at: Type.Number({ description: 'Epoch milliseconds.' }),
  actor: Type.String({ description: 'Who; empty for somebody unknown.' }),
  via: Type.String({
    description: 'How they were known: root, token, session, everybody, anonymous or cli.',
  }),
  tokenId: Type.String(),
  role: Type.String(),
  action: Type.String({ description: 'Method and route, rpc, or command.' }),
  target: Type.String({ description: 'The path as it was called.' }),
  model: Type.String(),
  version: Type.Union([Type.Integer(), Type.Null()]),
  reason: Type.String(),
  outcome: Type.Union([Type.Literal('done'), Type.Literal('refused'), Type.Literal('failed')]),
  status: Type.Integer(),
  code: Type.String({ description: 'Error code; empty where it was done.' }),
  before: Type.Unknown({ description: 'What there was before.' }),
  after: Type.Unknown({ description: 'What there is after.' }),
  remoteAddress: Type.String(),
});

/** GET the audit log, newest first. */
export function auditRoutes({ warehouse }: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/audit',
      {
        config: { role: 'operator' },
        schema: {
          summary: 'Who changed something, or wanted to, newest first',
          tags: ['access'],
          querystring: Type.Object({
            model: Type.Optional(Type.String({ minLength: 1 })),
            actor: Type.Optional(Type.String({ minLength: 1 })),
            outcome: Type.Optional(Entry.properties.outcome),
            since: SINCE,
            until: UNTIL,
            limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
            cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before.' })),
          }),
          response: {
            200: Type.Object({
              entries: Type.Array(Entry),
              nextCursor: NextCursor,
            }),
          },
        },
      },
      async ({ query, caller }) => {
        const { limit, cursor, ...filter } = query;
        const before = cursor === undefined ? undefined : numericCursor(cursor);
        const found = await auditLog(
          warehouse,
          {
            ...filter,
            ...(before === undefined ? {} : { before }),
            ...(caller?.models ? { models: caller.models } : {}),
          },
          limit + 1,
        );
        const shown = found.slice(0, limit);
        return {
          entries: shown.map(({ offset: _, before: was, after: is, ...entry }) => ({
            ...entry,
            before: was === null ? null : (JSON.parse(was) as unknown),
            after: is === null ? null : (JSON.parse(is) as unknown),
          })),
          nextCursor: found.length > limit ? String(shown.at(-1)?.offset ?? '') : null,
        };
      },
    );
  };
}
