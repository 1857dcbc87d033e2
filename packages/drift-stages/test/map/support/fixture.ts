import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, type BusRecord, createBus, type TypedProducer } from '@driftloop/bus';
import { testStack } from '@driftloop/local';
import type { InferenceLabel, TopicName } from '@driftloop/schemas';
import { Kafka, logLevel } from 'kafkajs';
import { INPUT } from './map.ts';

/** A bus with topics of its own. */
export interface Fixture {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** For processes that run on the same topics. */
  readonly env: Record<string, string>;
  /**
   * Sends labels `from` to `to`, in turn to the partitions.
   * @param timestampOf of each, epoch ms. @default now
   */
  sendLabels(from: number, to: number, timestampOf?: (i: number) => number): Promise<void>;
  /** Everything on a topic, in the order of a slice. */
  readAll<T extends TopicName>(topic: T): Promise<BusRecord<T>[]>;
  /** Deletes the input and creates it again, with timestamps of its producers. */
  makeAnew(): Promise<void>;
  close(): Promise<void>;
}

export const PARTITIONS = 4;

function labelNumber(i: number): InferenceLabel {
  return { requestId: `r-${i}`, model: 'm', label: i % 2, eventTime: i };
}

export async function openFixture(): Promise<Fixture> {
  const stack = await testStack();
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL } = stack.env;
  const env = { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX: stack.topicPrefix };
  const bus = createBus({
    brokers: [KAFKA_BROKERS],
    registryUrl: SCHEMA_REGISTRY_URL,
    topicPrefix: stack.topicPrefix,
    clientId: 'test',
    inputPartitions: PARTITIONS,
    sessionTimeoutMs: 6_000,
  });
  await bus.ensureTopics();
  const producer = await bus.producer();
  return {
    bus,
    producer,
    env,
    async sendLabels(from, to, timestampOf = () => Date.now()) {
      const labels = Array.from({ length: to - from }, (_, i) => {
        const value = labelNumber(from + i);
        return {
          key: value.requestId,
          value,
          partition: (from + i) % PARTITIONS,
          timestamp: timestampOf(from + i),
        };
      });
      await producer.send(INPUT, labels);
    },
    async readAll(topic) {
      const all = [];
      for await (const records of bus.slice(topic, { by: 'offset' })) all.push(...records);
      return all;
    },
    async makeAnew() {
      const admin = new Kafka({ brokers: [KAFKA_BROKERS], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const topic = `${stack.topicPrefix}${INPUT}`;
      await admin.deleteTopics({ topics: [topic] });
      await until('it is gone', async () => !(await admin.listTopics()).includes(topic));
      await until('it is there again', () =>
        admin
          .createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: false })
          .catch(() => false),
      );
      await admin.disconnect();
    },
    async close() {
      await producer.close();
      await bus.close();
      await stack.release();
    },
  };
}

/** Waits until something holds; fails after a generous while. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await sleep(50);
  }
}
