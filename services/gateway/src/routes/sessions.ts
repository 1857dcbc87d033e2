import { endToken } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../access/identity.ts';
import { clearSession, setSession } from '../access/session-cookie.ts';
import { type SignInParts, signInByCode, signInByToken } from '../access/sign-in.ts';
import type { GatewayContext } from '../context.ts';
import { Me, SignInBody } from './access-bodies.ts';

/** POST and DELETE a browser's session, GET who calls. */
export function sessionRoutes(
  context: GatewayContext,
  settings: {
    readonly token: string | undefined;
    readonly publicUrl: string | undefined;
    /** Whether an identity provider is set. */
    readonly hasProvider: boolean;
  },
): FastifyPluginAsyncTypebox {
  const { token, publicUrl, hasProvider } = settings;
  const { tokens, producer, now } = context;
  const parts: SignInParts = { token, tokens, producer, now };
  const config = { role: 'anyone' } as const;
  const tags = ['access'];
  return async (app) => {
    app.post(
      '/sessions',
      {
        config,
        schema: {
          summary: 'Log a browser in, by the code of a login link or an API token',
          description:
            'Sets a cookie. With it, calls that change something need the header `x-driftloop-request: 1`.',
          tags,
          body: SignInBody,
          response: { 201: Me },
        },
      },
      async (request, reply) => {
        const { body } = request;
        const signedIn = await ('code' in body
          ? signInByCode(body.code, parts)
          : signInByToken(body.token, parts));
        request.noted.caller = signedIn.caller;
        setSession(request, reply, { ...signedIn, publicUrl });
        return reply.status(201).header('cache-control', 'no-store').send(meOf(signedIn.caller));
      },
    );
    app.get(
      '/sessions',
      {
        config,
        schema: {
          summary: 'How a browser may log in',
          tags,
          response: {
            200: Type.Object({
              oidc: Type.Boolean({ description: 'Whether /sessions/oidc leads to an identity provider.' }),
            }),
          },
        },
      },
      async () => ({ oidc: hasProvider }),
    );
    app.delete(
      '/sessions',
      { config, schema: { summary: 'Log out', tags, response: { 204: Type.Null() } } },
      async (request, reply) => {
        const { caller } = request;
        const session = caller?.via === 'session' ? tokens.byId(caller.tokenId) : undefined;
        if (session !== undefined) {
          await endToken(context, session, session.name);
          await tokens.sync();
        }
        clearSession(request, reply, publicUrl);
        return reply.status(204).send(null);
      },
    );
    app.get(
      '/me',
      { config, schema: { summary: 'Who calls, and what they may do', tags, response: { 200: Me } } },
      async ({ caller }, reply) => {
        if (caller === undefined) throw new DriftloopError('UNAUTHORIZED', 'Nobody is logged in.');
        return reply.header('cache-control', 'no-store').send(meOf(caller));
      },
    );
  };
}

function meOf({ name, role, models, expiresAt, via }: Identity) {
  return { name, role, models: models === null ? null : [...models], expiresAt, via };
}
