import type { FastifyReply, FastifyRequest } from 'fastify';

const PLAIN = 'driftloop_session';
/** Browsers take it over TLS only, and from no other host. */
const SECURE = '__Host-driftloop_session';

/** Names that a session's cookie may have; the one of TLS counts first. */
export const SESSION_COOKIES: readonly string[] = [SECURE, PLAIN];

/**
 * How a cookie is set for a call.
 * @param publicUrl as browsers reach the gateway, if that is known
 */
function nameAndOptions(request: FastifyRequest, publicUrl: string | undefined) {
  const isSecure = request.protocol === 'https' || publicUrl?.startsWith('https:') === true;
  return {
    name: isSecure ? SECURE : PLAIN,
    options: { httpOnly: true, sameSite: 'strict', secure: isSecure, path: '/' } as const,
  };
}

/** Gives the browser its session. @param expiresAt epoch ms */
export function setSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { secret, expiresAt, publicUrl }: { secret: string; expiresAt: number; publicUrl: string | undefined },
): void {
  const { name, options } = nameAndOptions(request, publicUrl);
  reply.setCookie(name, secret, { ...options, expires: new Date(expiresAt) });
}

/** Takes it away again. */
export function clearSession(
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string | undefined,
): void {
  const { name, options } = nameAndOptions(request, publicUrl);
  reply.clearCookie(name, options);
}
