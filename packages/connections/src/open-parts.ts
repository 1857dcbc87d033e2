import { type Bus, type BusOptions, createBus } from '@driftloop/bus';
import { type ArtifactStore, createArtifactStore } from '@driftloop/registry';
import { type Logger, type SecuritySettings, securityOf } from '@driftloop/service';
import { createWarehouse, type Warehouse } from '@driftloop/warehouse';

/**
 * The settings that say where Kafka, the schema registry and the artifacts are, and how they are
 * spoken to; part of `commonConfig`.
 */
export interface TopicConfig extends SecuritySettings {
  readonly KAFKA_BROKERS: readonly string[];
  readonly SCHEMA_REGISTRY_URL: string;
  readonly ARTIFACTS_URL: string;
  readonly TOPIC_PREFIX: string;
  readonly INPUT_PARTITIONS: number;
}

/** The same with ClickHouse. */
export interface ConnectionConfig extends TopicConfig {
  readonly CLICKHOUSE_URL: string;
}

/** Kafka and the schema registry, as the settings say. @param name client id on Kafka */
export function openBus(config: Omit<TopicConfig, 'ARTIFACTS_URL'>, name: string, logger: Logger): Bus {
  return createBus(busOptions(config, name, logger));
}

/** What a bus is opened with. */
export function busOptions(
  config: Omit<TopicConfig, 'ARTIFACTS_URL'>,
  name: string,
  logger: Logger,
): BusOptions {
  const { kafka, registry } = securityOf(config);
  return {
    brokers: [...config.KAFKA_BROKERS],
    registryUrl: config.SCHEMA_REGISTRY_URL,
    topicPrefix: config.TOPIC_PREFIX,
    clientId: name,
    security: kafka,
    registrySecurity: registry,
    inputPartitions: config.INPUT_PARTITIONS,
    logger,
  };
}

/**
 * ClickHouse, as the settings say.
 *
 * @param retryForMs how long a call is tried again while it cannot be reached
 */
export function openWarehouse(
  config: Omit<ConnectionConfig, 'ARTIFACTS_URL'>,
  logger: Logger,
  retryForMs?: number,
): Warehouse {
  const { ingest, registry, warehouse } = securityOf(config);
  const { CLICKHOUSE_KAFKA_COLLECTION: collection } = config;
  return createWarehouse({
    url: config.CLICKHOUSE_URL,
    topicPrefix: config.TOPIC_PREFIX,
    kafkaBrokers: ingest.brokers ?? [...config.KAFKA_BROKERS],
    registryUrl: config.SCHEMA_REGISTRY_URL,
    security: warehouse,
    kafkaSecurity: ingest.kafka,
    registrySecurity: registry,
    ...(collection === undefined ? {} : { collection }),
    logger,
    ...(retryForMs === undefined ? {} : { retryForMs }),
  });
}

/** The artifact store, as the settings say. */
export function openStore(config: TopicConfig): ArtifactStore {
  return createArtifactStore(config.ARTIFACTS_URL, securityOf(config).store);
}
