import { randomUUID } from 'node:crypto';
import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import type { Service } from '@driftloop/service';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';

/**
 * How often messages are looked for that ClickHouse could not decode when it read them, and now
 * can.
 */
const REPAIR_EVERY_MS = 60_000;

/**
 * The gateway: driftloop over HTTP. Stateless; what it shows is folded from Kafka or read from
 * ClickHouse.
 */
export function createGateway({
  config,
  logger,
  clock,
  connect = openConnections,
}: ConnectedDependencies<Config>): Service {
  let connections: Connections | undefined;
  let app: FastifyInstance | undefined;
  let url = '';
  let repairing: NodeJS.Timeout | undefined;

  return {
    async start() {
      connections = await connect(config, 'gateway', logger, { needs: ['warehouse'], clock });
      const { registry, warehouse, producer } = connections;
      app = await buildApp(
        { registry, warehouse, producer, now: () => clock.now(), newId: randomUUID },
        {
          token: config.GATEWAY_TOKEN,
          rateLimit: config.GATEWAY_RATE_LIMIT,
          bodyLimitBytes: config.GATEWAY_BODY_LIMIT_BYTES,
          requestTimeoutMs: config.GATEWAY_REQUEST_TIMEOUT_MS,
          logger,
        },
      );
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
      url = await app.listen({ host: config.GATEWAY_HOST, port: config.GATEWAY_PORT });
      logger.info({ api: url, docs: `${url}/docs` }, 'the API is open');
    },

    async stop() {
      clearInterval(repairing);
      await app?.close();
      await connections?.close();
    },

    health() {
      // What is shown of models comes from Kafka, and what is asked for goes there.
      const models = connections?.registry.health();
      return {
        ok: app !== undefined && (models?.ok ?? false),
        detail: { api: url, ...(models?.reason === undefined ? {} : { reason: models.reason }) },
      };
    },
  };
}
