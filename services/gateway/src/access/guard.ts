import { covers } from '@driftloop/access';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { requireAllowed } from './allow.ts';
import { type Origins, requireOwnPage } from './cross-site.ts';
import type { Identity, LeastRole } from './identity.ts';
import { createRecognition, type Doors, type RecognitionParts, unknownCaller } from './recognise.ts';
import { SESSION_COOKIES } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role that a caller must have. */
    role?: LeastRole;
    /** It is about what belongs to no model: a caller for some models only may not. */
    isForAll?: boolean;
  }
  interface FastifyRequest {
    /** Who calls; undefined for somebody unknown, whom only routes for anyone see. */
    caller: Identity | undefined;
  }
}

/** What the guard knows callers by. */
export interface GuardParts extends RecognitionParts, Origins {
  /** Told of each call by a token or session. */
  onUse(caller: Identity, remoteAddress: string): void;
}

/** What proxies add to a call of somebody else. */
const PROXY_HEADERS: readonly string[] = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const CHANGES_NOTHING: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Whether calls of a method are meant to change something. */
export function isChange({ method }: Pick<FastifyRequest, 'method'>): boolean {
  return !CHANGES_NOTHING.includes(method);
}

/**
 * Lets calls through by the role that their route declares. A route that declares none is a bug,
 * and the application does not start.
 */
export function guardRoutes(app: FastifyInstance, parts: GuardParts): void {
  const recognise = createRecognition(parts);
  app.decorateRequest('caller');
  app.addHook('onRoute', requireRole);
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { role = 'admin', isForAll } = request.routeOptions.config;
    const caller = callerOf(request, recognise, role);
    request.caller = caller;
    if (isChange(request)) requireOwnPage(request.headers, caller, parts);
    if (caller !== undefined && (caller.via === 'token' || caller.via === 'session'))
      parts.onUse(caller, request.ip);
    if (role === 'anyone') return;
    // Whoever may only read because nobody is asked has to say who they are.
    if (caller === undefined || (caller.via === 'anonymous' && !covers(caller.role, role)))
      throw unknownCaller(parts satisfies Doors, cameBy(request));
    const { model } = request.params as { model?: string };
    requireAllowed(caller, { role, model, isForAll });
  });
}

function callerOf(
  request: FastifyRequest,
  recognise: ReturnType<typeof createRecognition>,
  role: LeastRole,
): Identity | undefined {
  const { authorization } = request.headers;
  const cookie = SESSION_COOKIES.map((name) => request.cookies[name]).find((value) => value !== undefined);
  try {
    return recognise({ authorization, cookie, ...cameBy(request) });
  } catch (error) {
    // An old cookie must not keep anybody from logging in again.
    if (role === 'anyone') return undefined;
    throw error;
  }
}

/** For whom a call was meant, and whether a proxy sends it on. */
function cameBy({ headers }: FastifyRequest) {
  const isForwarded = PROXY_HEADERS.some((name) => headers[name] !== undefined);
  return { host: headers.host, isForwarded };
}

function requireRole(route: RouteOptions): void {
  const { method, url, config = {} } = route;
  if (config.role !== undefined) return;
  // Files for browsers, and what CORS asks before a call.
  if (!isForBrowsers(url) && method !== 'OPTIONS')
    throw new Error(`${method} ${url} does not say whom it is for: set config.role`);
  route.config = { ...config, role: 'anyone' };
}

/** Files that plugins serve to browsers: the documentation of the API and the console. */
export function isForBrowsers(url: string): boolean {
  return ['/docs', '/ui'].some((folder) => url === folder || url.startsWith(`${folder}/`));
}
