import { randomUUID } from 'node:crypto';
import { type Connections, openConnections } from '@driftloop/connections';
import type { Service, ServiceDependencies } from '@driftloop/service';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';

/** The gateway: driftloop over HTTP. Stateless; what it shows is folded from Kafka or read from ClickHouse. */
export function createGateway({ config, logger }: ServiceDependencies<Config>): Service {
  let connections: Connections | undefined;
  let app: FastifyInstance | undefined;
  let url = '';

  return {
    async start() {
      connections = await openConnections(config, 'gateway', logger);
      const { registry, warehouse, producer } = connections;
      app = await buildApp(
        { registry, warehouse, producer, now: Date.now, newId: randomUUID },
        {
          token: config.GATEWAY_TOKEN,
          rateLimit: config.GATEWAY_RATE_LIMIT,
          bodyLimitBytes: config.GATEWAY_BODY_LIMIT_BYTES,
          logger,
        },
      );
      url = await app.listen({ host: config.GATEWAY_HOST, port: config.GATEWAY_PORT });
      logger.info({ api: url, docs: `${url}/docs` }, 'the API is open');
    },

    async stop() {
      await app?.close();
      await connections?.close();
    },

    health: () => ({ ok: app !== undefined, detail: { api: url } }),
  };
}
