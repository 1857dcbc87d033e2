import type { Logger } from '@driftloop/service';
import { type ConnectionConfig, openBus, openWarehouse } from './open-parts.ts';

/**
 * Makes topics, schemas and tables, as every service would at its start: done once before them,
 * they only look. Harmless when they are there.
 *
 * @param name client id on Kafka
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE or WAREHOUSE_UNAVAILABLE
 *   (retriable), SCHEMA_INCOMPATIBLE, CONFIG_INVALID, MIGRATION_CHANGED
 */
export async function prepareConnections(
  config: ConnectionConfig,
  name: string,
  logger: Logger,
): Promise<void> {
  const bus = openBus(config, name, logger);
  const warehouse = openWarehouse(config, logger);
  try {
    await bus.ensureTopics();
    await warehouse.migrate();
  } finally {
    await warehouse.close();
    await bus.close();
  }
}
