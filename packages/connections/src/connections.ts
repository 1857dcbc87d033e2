import { type Bus, createBus, type TypedProducer } from '@driftloop/bus';
import { createArtifactStore, openRegistry, type Registry } from '@driftloop/registry';
import type { Logger } from '@driftloop/service';
import { createWarehouse, type Warehouse } from '@driftloop/warehouse';

/** The settings that say where Kafka, the schema registry, ClickHouse and the artifacts are; part of `commonConfig`. */
export interface ConnectionConfig {
  readonly KAFKA_BROKERS: readonly string[];
  readonly SCHEMA_REGISTRY_URL: string;
  readonly CLICKHOUSE_URL: string;
  readonly ARTIFACTS_URL: string;
  readonly TOPIC_PREFIX: string;
  readonly INPUT_PARTITIONS: number;
}

/** What a service works with. */
export interface Connections {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly warehouse: Warehouse;
  /** Specs and versions, folded up to now and followed. */
  readonly registry: Registry;
  /** Closes everything in reverse order. */
  close(): Promise<void>;
}

/**
 * Opens everything that a service works with: topics and tables exist and the registry is folded when it resolves.
 * When one part cannot be opened, those that were are closed again.
 *
 * @param name client id on Kafka
 * @param options.reconnect false where this process may see Kafka and the registry under other addresses than ClickHouse does:
 *   its own are then not given to ClickHouse. Default true.
 */
export async function openConnections(
  config: ConnectionConfig,
  name: string,
  logger: Logger,
  options: { readonly reconnect?: boolean } = {},
): Promise<Connections> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    const bus = keep(
      createBus({
        brokers: [...config.KAFKA_BROKERS],
        registryUrl: config.SCHEMA_REGISTRY_URL,
        topicPrefix: config.TOPIC_PREFIX,
        clientId: name,
        inputPartitions: config.INPUT_PARTITIONS,
        logger,
      }),
    );
    await bus.ensureTopics();
    const warehouse = keep(
      createWarehouse({
        url: config.CLICKHOUSE_URL,
        topicPrefix: config.TOPIC_PREFIX,
        kafkaBrokers: [...config.KAFKA_BROKERS],
        registryUrl: config.SCHEMA_REGISTRY_URL,
        logger,
      }),
    );
    await warehouse.migrate(options);
    const registry = keep(
      await openRegistry({ bus, store: createArtifactStore(config.ARTIFACTS_URL), logger }),
    );
    const producer = keep(await bus.producer());
    return { bus, producer, warehouse, registry, close };
  } catch (error) {
    await close();
    throw error;
  }
}
