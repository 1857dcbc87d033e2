import { type Bus, createBus, type TypedProducer } from '@driftloop/bus';
import { createArtifactStore, openRegistry, type Registry } from '@driftloop/registry';
import type { Clock, Logger, ServiceDependencies } from '@driftloop/service';
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

/** What a service works with that reads and writes topics only. */
export interface TopicConnections {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** Specs and versions, folded up to now and followed. */
  readonly registry: Registry;
  /** Closes everything in reverse order. */
  close(): Promise<void>;
}

/** What a service works with. */
export interface Connections extends TopicConnections {
  readonly warehouse: Warehouse;
}

/** How connections are opened. */
export interface ConnectOptions {
  /**
   * false where this process may see Kafka and the registry under other addresses than ClickHouse does: its own are then not given
   * to ClickHouse. @default true
   */
  readonly reconnect?: boolean;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** What a service's factory gets that opens its connections by `openConnections`, or by what stands in for it. */
export interface ConnectedDependencies<C> extends ServiceDependencies<C> {
  /** @default openConnections */
  readonly connect?: typeof openConnections;
}

/**
 * Opens everything that a service works with: topics and tables exist and the registry is folded when it resolves.
 * When one part cannot be opened, those that were are closed again.
 *
 * @param name client id on Kafka
 */
export async function openConnections(
  config: ConnectionConfig,
  name: string,
  logger: Logger,
  options: ConnectOptions = {},
): Promise<Connections> {
  return closingOnError(async (keep, close) => {
    const bus = keep(openBus(config, name, logger));
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
    const { reconnect } = options;
    await warehouse.migrate(reconnect === undefined ? {} : { reconnect });
    return { ...(await openTopics(bus, config, logger, options, keep)), warehouse, close };
  });
}

/** As `openConnections`, for a service that needs no ClickHouse. */
export async function openTopicConnections(
  config: Omit<ConnectionConfig, 'CLICKHOUSE_URL'>,
  name: string,
  logger: Logger,
  options: Pick<ConnectOptions, 'clock'> = {},
): Promise<TopicConnections> {
  return closingOnError(async (keep, close) => {
    const bus = keep(openBus(config, name, logger));
    await bus.ensureTopics();
    return { ...(await openTopics(bus, config, logger, options, keep)), close };
  });
}

type Keep = <T extends { close(): Promise<void> }>(part: T) => T;

async function closingOnError<T>(open: (keep: Keep, close: () => Promise<void>) => Promise<T>): Promise<T> {
  const opened: { close(): Promise<void> }[] = [];
  const keep: Keep = (part) => {
    opened.push(part);
    return part;
  };
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    return await open(keep, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function openBus(config: Omit<ConnectionConfig, 'CLICKHOUSE_URL'>, name: string, logger: Logger): Bus {
  return createBus({
    brokers: [...config.KAFKA_BROKERS],
    registryUrl: config.SCHEMA_REGISTRY_URL,
    topicPrefix: config.TOPIC_PREFIX,
    clientId: name,
    inputPartitions: config.INPUT_PARTITIONS,
    logger,
  });
}

async function openTopics(
  bus: Bus,
  config: Pick<ConnectionConfig, 'ARTIFACTS_URL'>,
  logger: Logger,
  { clock }: Pick<ConnectOptions, 'clock'>,
  keep: Keep,
): Promise<Omit<TopicConnections, 'close'>> {
  const store = createArtifactStore(config.ARTIFACTS_URL);
  const registry = keep(await openRegistry({ bus, store, logger, ...(clock ? { clock } : {}) }));
  const producer = keep(await bus.producer());
  return { bus, registry, producer };
}
