import type { AddressInfo } from 'node:net';
import type { Consumer } from '@driftloop/bus';
import { type ConnectedDependencies, openConnections, type TopicConnections } from '@driftloop/connections';
import type { Service } from '@driftloop/service';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { createModelNames } from './events/model-names.ts';
import { createMeters } from './meters.ts';
import { startPairing } from './pairing/pair-stage.ts';
import { foreignTopics, passOn } from './receive/foreign-topic.ts';
import { buildReceiver, requireToken } from './receive/http.ts';

/**
 * The payloads service: reads what systems that serve models beside driftloop log of their calls,
 * and makes requests with answers of it.
 */
export function createPayloads({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
}: ConnectedDependencies<Config>): Service {
  const meters = createMeters(metrics);
  const consumers: Consumer[] = [];
  let connections: TopicConnections | undefined;
  let receiver: FastifyInstance | undefined;
  let url = '';

  return {
    async start() {
      requireToken(config);
      const topics = foreignTopics(config);
      connections = await connect(config, 'payloads', logger, { needs: [], clock });
      const { bus, producer, registry } = connections;
      const modelOf = createModelNames(config.PAYLOADS_MODELS);
      const waitMs = config.PAYLOADS_WAIT_MS;
      consumers.push(await startPairing({ bus, producer, registry, waitMs, meters, clock, logger, fail }));
      for (const topic of topics)
        consumers.push(await passOn(topic, { bus, producer, modelOf, meters, fail }));
      receiver = buildReceiver({
        producer,
        modelOf,
        meters,
        clock,
        logger,
        token: config.PAYLOADS_TOKEN,
        bodyLimitBytes: config.PAYLOADS_BODY_LIMIT_BYTES,
      });
      await receiver.listen({ host: config.PAYLOADS_HOST, port: config.PAYLOADS_PORT });
      const { port } = receiver.server.address() as AddressInfo;
      url = `http://${config.PAYLOADS_HOST}:${port}`;
      logger.info({ url, topics }, 'payload logs are taken');
    },
    async stop() {
      await receiver?.close();
      for (const consumer of consumers.reverse()) await consumer.close();
      await connections?.close();
    },
    health() {
      const parts = consumers.map((consumer) => consumer.health());
      const registry = connections?.registry.health();
      const reason = parts.find(({ ok }) => !ok)?.detail.reason ?? registry?.reason;
      return {
        ok: parts.length > 0 && parts.every(({ ok }) => ok) && (registry?.ok ?? false),
        detail: {
          ...(reason === undefined ? {} : { reason }),
          url,
          consumers: parts.map(({ detail }) => detail),
        },
      };
    },
  };
}
