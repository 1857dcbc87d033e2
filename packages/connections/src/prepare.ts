import { createBus } from '@driftloop/bus';
import type { Logger } from '@driftloop/service';
import { createWarehouse } from '@driftloop/warehouse';
import type { ConnectionConfig } from './connections.ts';

/**
 * Makes topics, schemas and tables, as every service would at its start: done once before them, they only look. Harmless when they are there.
 *
 * @param name client id on Kafka
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE or WAREHOUSE_UNAVAILABLE (retriable), SCHEMA_INCOMPATIBLE, CONFIG_INVALID,
 *   MIGRATION_CHANGED
 */
export async function prepareConnections(
  config: ConnectionConfig,
  name: string,
  logger: Logger,
): Promise<void> {
  const brokers = [...config.KAFKA_BROKERS];
  const common = { topicPrefix: config.TOPIC_PREFIX, registryUrl: config.SCHEMA_REGISTRY_URL, logger };
  const bus = createBus({ ...common, brokers, clientId: name, inputPartitions: config.INPUT_PARTITIONS });
  const warehouse = createWarehouse({ ...common, url: config.CLICKHOUSE_URL, kafkaBrokers: brokers });
  try {
    await bus.ensureTopics();
    await warehouse.migrate();
  } finally {
    await warehouse.close();
    await bus.close();
  }
}
