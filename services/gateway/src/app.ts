import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { auditChanges } from './access/audit-log.ts';
import type { Origins } from './access/cross-site.ts';
import { guardRoutes } from './access/guard.ts';
import type { Doors } from './access/recognise.ts';
import { createUses } from './access/touch.ts';
import { BUILT_CONSOLE, consoleRoutes } from './console.ts';
import type { GatewayContext } from './context.ts';
import { answerWithin } from './http/deadline.ts';
import { documentRoute } from './http/documented.ts';
import { readJsonAsText } from './http/json-body.ts';
import { PROBLEM_TYPE, problem, problemOf } from './http/problem.ts';
import { answerClientError, answerFrameworkError } from './http/unreadable.ts';
import { validateByTypeBox } from './http/validate.ts';
import { replayCommands } from './idempotency/replay.ts';
import type { OidcSettings } from './oidc/settings.ts';
import { registerRoutes } from './routes/index.ts';

/** Settings of the HTTP application. */
export interface AppOptions extends Doors, Origins {
  /** Identity provider; undefined for none. */
  readonly oidc?: OidcSettings | undefined;
  readonly rateLimit: number;
  readonly bodyLimitBytes: number;
  /** How long a call may wait for Kafka or ClickHouse, ms. @default 20000 */
  readonly answerWithinMs?: number;
  /** How long a call may take to come whole, head and body, ms. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** Folder with the built console. @default where `npm run console:build` puts it */
  readonly consoleDir?: string;
  readonly logger?: FastifyBaseLogger;
}

/** Node looks for calls that are overdue at an interval: how far past the limit one may come. */
const CHECKS_PER_TIMEOUT = 10;

/** Builds the HTTP application with all routes, ready to listen or to be injected into. */
export async function buildApp(context: GatewayContext, options: AppOptions): Promise<FastifyInstance> {
  const { answerWithinMs = 20_000, requestTimeoutMs = 30_000 } = options;
  const app = Fastify({
    // Fastify waits for a body for ever unless told otherwise.
    requestTimeout: requestTimeoutMs,
    // A client that sent its call and does not read the answer.
    connectionTimeout: requestTimeoutMs + answerWithinMs,
    http: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / CHECKS_PER_TIMEOUT),
    },
    bodyLimit: options.bodyLimitBytes,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    ...(options.logger ? { loggerInstance: options.logger, disableRequestLogging: true } : { logger: false }),
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(validateByTypeBox);

  readJsonAsText(app as unknown as FastifyInstance);
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = problemOf(error);
    if (status >= 500) request.log.error({ err: error }, 'a call failed');
    request.noted.code = body.code;
    return reply.status(status).type(PROBLEM_TYPE).send(body);
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .type(PROBLEM_TYPE)
      .send(problem('NOT_FOUND', `There is no ${request.method} ${request.url}; see /docs.`)),
  );
  await protect(app as unknown as FastifyInstance, context, options);
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'driftloop',
        description: 'Serves ML models over Kafka and keeps them good.',
        version: '0.1.0',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'driftloop_session' },
        },
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  await app.register(consoleRoutes(options.consoleDir ?? BUILT_CONSOLE));
  await registerRoutes(app as unknown as FastifyInstance, context, {
    ...options,
    limitAnswer: answerWithin(answerWithinMs),
  });
  await app.ready();
  return app as unknown as FastifyInstance;
}

/** What every call passes before its route: headers, limits, who calls, what is written down. */
async function protect(app: FastifyInstance, context: GatewayContext, options: AppOptions): Promise<void> {
  const { producer, tokens, now } = context;
  const { logger, cors: origins = [] } = options;
  // First: whatever fails after it has where to note it.
  auditChanges(app, { producer, logger, now });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'base-uri': ["'none'"],
        'connect-src': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'script-src': ["'self'"],
        // The console and the documentation say more, each for its own pages.
        'style-src': ["'self'"],
      },
    },
    // TLS is ended in front of the gateway, which says this where it holds.
    strictTransportSecurity: options.publicUrl?.startsWith('https:') === true,
  });
  await app.register(cors, {
    origin: [...origins],
    credentials: false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['retry-after', 'location'],
  });
  await app.register(cookie);
  // Before the guard: also calls that it refuses are counted.
  await app.register(rateLimit, { global: false, max: options.rateLimit, timeWindow: '1 minute' });
  app.addHook('onRequest', app.rateLimit());
  guardRoutes(app, { ...options, tokens, now, onUse: createUses({ producer, tokens, logger, now }) });
  replayCommands(app, context.commandAnswers);
  app.addHook('onRoute', documentRoute);
}
