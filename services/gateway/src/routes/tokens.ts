import { endToken, issueToken, tokenView } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { Token, TokenBody } from './access-bodies.ts';

const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;
const config = { role: 'admin', isForAll: true } as const;

/** GET, POST and DELETE API tokens. */
export function tokenRoutes(context: GatewayContext): FastifyPluginAsyncTypebox {
  const { tokens, now } = context;
  const view = (token: Parameters<typeof tokenView>[0]) => {
    const { models, ...rest } = tokenView(token, now(), tokens.usedAt(token.tokenId));
    return { ...rest, models: models === null ? null : [...models] };
  };
  return async (app) => {
    app.get(
      '/',
      {
        config,
        schema: {
          summary: 'API tokens, also those that are valid no more; never their secrets',
          tags: ['access'],
          response: { 200: Type.Object({ tokens: Type.Array(Token) }) },
        },
      },
      async () => ({
        tokens: tokens
          .all()
          .filter(({ kind }) => kind === 'token')
          .map(view),
      }),
    );
    app.post(
      '/',
      {
        config,
        schema: {
          summary: 'Make an API token',
          description: 'The secret is in this answer and nowhere else.',
          tags: ['access'],
          body: TokenBody,
          response: { 201: Type.Object({ token: Token, secret: Type.String() }) },
        },
      },
      async (request, reply) => {
        const { name, role, models = null, expiresInDays = DEFAULT_DAYS } = request.body;
        const { token, secret } = await issueToken(context, {
          kind: 'token',
          name,
          role,
          models,
          createdBy: request.caller?.name ?? '',
          expiresAt: expiresInDays === null ? null : now() + expiresInDays * DAY_MS,
        });
        await tokens.sync();
        const shown = view(token);
        request.noted.after = shown;
        return reply.status(201).header('cache-control', 'no-store').send({ token: shown, secret });
      },
    );
    app.delete(
      '/:tokenId',
      {
        config,
        schema: {
          summary: 'Revoke an API token, and every session that was begun with it',
          tags: ['access'],
          params: Type.Object({ tokenId: Type.String({ minLength: 1, maxLength: 100 }) }),
          response: { 200: Token },
        },
      },
      async (request) => {
        await tokens.sync();
        const found = tokens.byId(request.params.tokenId);
        if (found?.kind !== 'token')
          throw new DriftloopError(
            'NOT_FOUND',
            'There is no such token; `driftloop tokens list` shows them.',
          );
        request.noted.before = view(found);
        if (found.endedAt === null) await endToken(context, found, request.caller?.name ?? '');
        await tokens.sync();
        const ended = view(tokens.byId(found.tokenId) ?? found);
        request.noted.after = ended;
        return ended;
      },
    );
  };
}
