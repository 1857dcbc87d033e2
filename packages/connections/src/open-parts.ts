import { type Bus, createBus } from '@driftloop/bus';
import type { Logger } from '@driftloop/service';
import { createWarehouse, type Warehouse } from '@driftloop/warehouse';

/**
 * The settings that say where Kafka, the schema registry and the artifacts are; part of
 * `commonConfig`.
 */
export interface TopicConfig {
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
  return createBus({
    brokers: [...config.KAFKA_BROKERS],
    registryUrl: config.SCHEMA_REGISTRY_URL,
    topicPrefix: config.TOPIC_PREFIX,
    clientId: name,
    inputPartitions: config.INPUT_PARTITIONS,
    logger,
  });
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
  return createWarehouse({
    url: config.CLICKHOUSE_URL,
    topicPrefix: config.TOPIC_PREFIX,
    kafkaBrokers: [...config.KAFKA_BROKERS],
    registryUrl: config.SCHEMA_REGISTRY_URL,
    logger,
    ...(retryForMs === undefined ? {} : { retryForMs }),
  });
}
