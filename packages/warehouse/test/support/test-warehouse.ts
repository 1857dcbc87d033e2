import { type Bus, createBus, type TypedProducer } from '@driftloop/bus';
import { type LocalEnv, testStack } from '@driftloop/local';
import { TOPIC_NAMES, TOPICS, type TopicName } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import kafkajs from 'kafkajs';
import { createWarehouse, STORED_TABLES, type StoredTopic, type Warehouse } from '../../src/index.ts';

/** A warehouse of its own on real parts, with a producer. */
export interface TestWarehouse {
  readonly env: LocalEnv;
  readonly topicPrefix: string;
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly warehouse: Warehouse;
  /**
   * Resolves once ClickHouse has taken in all that these topics hold now.
   * @param topics default all stored ones
   */
  settled(...topics: StoredTopic[]): Promise<void>;
  close(): Promise<void>;
}

export const logger = createLogger({ name: 'warehouse-test', level: 'silent' });

/** Opens a warehouse on the shared parts; topics and tables exist when it resolves. */
export async function openTestWarehouse(): Promise<TestWarehouse> {
  const { env, topicPrefix, release } = await testStack();
  const bus = createBus({
    brokers: [env.KAFKA_BROKERS],
    registryUrl: env.SCHEMA_REGISTRY_URL,
    topicPrefix,
    clientId: 'warehouse-test',
  });
  await createWithProducersTime(env, topicPrefix);
  await bus.ensureTopics();
  const warehouse = warehouseOn(env, topicPrefix);
  await warehouse.migrate();
  const producer = await bus.producer();
  return {
    env,
    topicPrefix,
    bus,
    producer,
    warehouse,
    async settled(...topics) {
      const wanted = topics.length > 0 ? topics : (Object.keys(STORED_TABLES) as StoredTopic[]);
      await Promise.all(
        wanted.map(async (topic) =>
          warehouse.waitForIngest(topic, await endsOf(bus, topic), { timeoutMs: 60_000 }),
        ),
      );
    },
    async close() {
      await producer.close();
      await bus.close();
      await warehouse.drop();
      await warehouse.close();
      await release();
    },
  };
}

/**
 * Topics whose timestamps tests can set, as those of producers before the broker's time was taken.
 */
async function createWithProducersTime({ KAFKA_BROKERS }: LocalEnv, topicPrefix: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = TOPIC_NAMES.filter((topic) => TOPICS[topic].timestamps === 'broker').map((topic) => ({
    topic: `${topicPrefix}${topic}`,
    numPartitions: TOPICS[topic].partitions === 'perInput' ? 4 : TOPICS[topic].partitions,
  }));
  await admin.createTopics({ topics, waitForLeaders: false });
  await admin.disconnect();
}

/** A warehouse on the given parts; nothing is created. */
export function warehouseOn(env: LocalEnv, topicPrefix: string): Warehouse {
  return createWarehouse({
    url: env.CLICKHOUSE_URL,
    topicPrefix,
    kafkaBrokers: [env.KAFKA_BROKERS],
    registryUrl: env.SCHEMA_REGISTRY_URL,
    logger,
    retryForMs: 20_000,
  });
}

async function endsOf(bus: Bus, topic: TopicName) {
  return (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
}
