import { DriftloopError } from '@driftloop/errors';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import { setSession } from '../access/session-cookie.ts';
import { begun } from '../access/sign-in.ts';
import type { GatewayContext } from '../context.ts';
import { createProvider } from '../oidc/provider.ts';
import { type OidcSettings, roleByClaims } from '../oidc/settings.ts';

const COOKIE = 'driftloop_login';
const CALLBACK = '/sessions/oidc/callback';
/** So long may somebody take to log in there, s. */
const LOGIN_S = 600;
const Kept = Type.Object({ state: Type.String(), nonce: Type.String(), verifier: Type.String() });

/** GET a login by an identity provider: to it, and back. */
export function oidcRoutes(
  { tokens, producer, now }: GatewayContext,
  settings: OidcSettings,
  { token, publicUrl }: { readonly token: string | undefined; readonly publicUrl: string | undefined },
): FastifyPluginAsyncTypebox {
  const provider = createProvider(settings);
  const baseOf = (request: FastifyRequest) => publicUrl ?? `${request.protocol}://${request.headers.host}`;
  const tags = ['access'];
  return async (app) => {
    app.get(
      '/sessions/oidc',
      {
        config: { role: 'anyone' },
        schema: {
          summary: 'Send a browser to the identity provider to log in',
          tags,
          response: { 302: Type.Null() },
        },
      },
      async (request, reply) => {
        const { url, kept } = await provider.begin(`${baseOf(request)}${CALLBACK}`);
        return reply
          .setCookie(COOKIE, JSON.stringify(kept), {
            httpOnly: true,
            // It has to come back with the browser that comes from the provider.
            sameSite: 'lax',
            secure: publicUrl?.startsWith('https:') === true,
            path: CALLBACK,
            maxAge: LOGIN_S,
          })
          .redirect(url.href);
      },
    );
    app.get(
      CALLBACK,
      {
        config: { role: 'anyone', audit: 'always' },
        schema: {
          summary: 'Where the identity provider sends the browser back',
          tags,
          response: { 302: Type.Null() },
        },
      },
      async (request, reply) => {
        const claims = await provider.finish(new URL(request.url, baseOf(request)), keptOf(request));
        const role = roleByClaims(claims, settings);
        const name = nameOf(claims);
        if (role === undefined)
          throw new DriftloopError(
            'FORBIDDEN',
            `'${name}' has no role here: their claim '${settings.roleClaim}' has none of GATEWAY_OIDC_ROLES.`,
          );
        const signedIn = await begun(
          { name, role, models: null, expiresAt: null },
          { token, tokens, producer, now },
        );
        request.noted.caller = signedIn.caller;
        request.noted.after = { subject: claims.sub, issuer: claims.iss };
        setSession(request, reply, { ...signedIn, publicUrl });
        return reply.clearCookie(COOKIE, { path: CALLBACK }).redirect('/ui/');
      },
    );
  };
}

function keptOf(request: FastifyRequest) {
  try {
    const kept: unknown = JSON.parse(request.cookies[COOKIE] ?? '');
    if (Value.Check(Kept, kept)) return kept;
  } catch {
    // As without the cookie.
  }
  throw new DriftloopError(
    'UNAUTHORIZED',
    'This browser has not begun a login here, or more than ten minutes ago: open /sessions/oidc.',
  );
}

function nameOf(claims: Readonly<Record<string, unknown>>): string {
  const { preferred_username, email, sub } = claims;
  const name = [preferred_username, email, sub].find((one) => typeof one === 'string' && one !== '');
  return String(name ?? '')
    .toWellFormed()
    .slice(0, 200);
}
