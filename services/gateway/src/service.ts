import { randomUUID } from 'node:crypto';
import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import type { Logger, Service } from '@driftloop/service';
import type { FastifyInstance } from 'fastify';
import { doorsOf } from './access/doors.ts';
import type { Doors } from './access/recognise.ts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import type { GatewayContext } from './context.ts';
import { type Followed, followAll } from './followed.ts';
import { type GrpcServer, startGrpc } from './grpc/server.ts';
import { createMeters } from './meters.ts';
import { oidcSettingsOf } from './oidc/settings.ts';
import { type WarehouseWatch, watchWarehouse } from './warehouse-watch.ts';

/**
 * How often messages are looked for that ClickHouse could not decode when it read them, and now
 * can.
 */
const REPAIR_EVERY_MS = 60_000;
/** Requests whose outcomes are remembered until ClickHouse has them. */
const REMEMBERED = 10_000;
/** How long a stop lets calls wait for their answers, ms. */
const LAST_ANSWERS_MS = 5_000;

/**
 * The gateway: driftloop over HTTP. What it shows is folded from Kafka or read from ClickHouse, and
 * answers are read from Kafka while calls wait for them.
 */
export function createGateway({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
}: ConnectedDependencies<Config>): Service {
  const meters = createMeters(metrics);
  let connections: Connections | undefined;
  let watch: WarehouseWatch | undefined;
  let followed: Followed | undefined;
  let app: FastifyInstance | undefined;
  let grpc: GrpcServer | undefined;
  let url = '';
  let repairing: NodeJS.Timeout | undefined;

  // What is shown of models comes from Kafka, what is asked for goes there, and answers come from
  // there.
  const trouble = () => {
    const { ok = false, reason } = connections?.registry.health() ?? {};
    return ok && followed ? followed.trouble() : { reason };
  };

  return {
    async start() {
      connections = await connect(config, 'gateway', logger, { needs: ['warehouse'], clock });
      const { bus, registry, warehouse, producer } = connections;
      const now = () => clock.now();
      followed = await followAll({ bus, producer, remembered: REMEMBERED, now, fail });
      watch = watchWarehouse(warehouse, meters, logger);
      const context: GatewayContext = {
        bus,
        registry,
        warehouse,
        producer,
        ...followed.parts,
        inferTimeoutMs: config.GATEWAY_INFER_TIMEOUT_MS,
        isReady: () => trouble() === undefined,
        now,
        newId: randomUUID,
      };
      const limits = {
        ...doorsOf(config),
        rateLimit: config.GATEWAY_RATE_LIMIT,
        bodyLimitBytes: config.GATEWAY_BODY_LIMIT_BYTES,
        logger,
      };
      app = await buildApp(context, {
        ...limits,
        requestTimeoutMs: config.GATEWAY_REQUEST_TIMEOUT_MS,
        cors: config.GATEWAY_CORS_ORIGINS,
        oidc: oidcSettingsOf(config),
        ...(config.GATEWAY_PUBLIC_URL === '' ? {} : { publicUrl: config.GATEWAY_PUBLIC_URL }),
      });
      // One of the services has to; every instance may, since rows are deduplicated. What fails is
      // tried again a minute later.
      repairing = setInterval(() => {
        warehouse
          .repair()
          .then((repaired) => {
            if (Object.keys(repaired).length > 0) logger.info({ repaired }, 'messages decoded late');
          })
          .catch((error) => logger.warn({ err: error }, 'repairing: trying again in a minute'));
      }, REPAIR_EVERY_MS);
      const host = config.GATEWAY_HOST;
      if (config.GATEWAY_GRPC_PORT > 0)
        grpc = await startGrpc(context, { ...limits, host, port: config.GATEWAY_GRPC_PORT });
      url = await app.listen({ host, port: config.GATEWAY_PORT });
      tellDoors(limits, followed.parts.tokens, logger);
      logger.info({ api: url, docs: `${url}/docs`, grpcPort: grpc?.port }, 'the API is open');
    },

    async stop() {
      clearInterval(repairing);
      watch?.close();
      const late = setTimeout(() => followed?.endWaiting(), LAST_ANSWERS_MS);
      await Promise.all([app?.close(), grpc?.close()]);
      clearTimeout(late);
      await followed?.close();
      await connections?.close();
    },

    health() {
      const failing = trouble();
      const reason = failing?.reason;
      const away = watch?.trouble();
      return {
        ok: app !== undefined && failing === undefined,
        detail: { api: url, ...(reason === undefined ? {} : { reason }) },
        // Answers are given without it.
        without: away === undefined ? [] : [`History, drift and dead letters are not told: ${away}`],
      };
    },
  };
}

/** Says once, where everybody is an admin, that they are. */
function tellDoors({ token, isOpen = false }: Doors, tokens: GatewayContext['tokens'], logger: Logger): void {
  if (token !== '' || (!isOpen && tokens.hasTokens())) return;
  logger.warn(
    isOpen
      ? 'everybody who reaches the API is an admin: GATEWAY_OPEN is set, and no GATEWAY_TOKEN'
      : 'everybody on this machine is an admin of the API, until the first API token is made or GATEWAY_TOKEN is set',
  );
}
