import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, type BusRecord, createBus, type TypedProducer } from '@driftloop/bus';
import { testStack } from '@driftloop/local';
import type { InferenceLabel, TopicName } from '@driftloop/schemas';
import { INPUT } from './stages.ts';

/** A bus with topics of its own. */
export interface Fixture {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** For processes that run on the same topics. */
  readonly env: Record<string, string>;
  /** Sends labels `from` to `to`, in turn to the partitions. */
  sendLabels(from: number, to: number): Promise<void>;
  /** Everything on a topic, in the order of a slice. */
  readAll<T extends TopicName>(topic: T): Promise<BusRecord<T>[]>;
  close(): Promise<void>;
}

export const PARTITIONS = 4;

export function labelNumber(i: number): InferenceLabel {
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
    // Long: a lease that ends on a loaded machine is a restart, which repeats outputs.
    sessionTimeoutMs: 30_000,
  });
  await bus.ensureTopics();
  const producer = await bus.producer();
  return {
    bus,
    producer,
    env,
    async sendLabels(from, to) {
      const labels = Array.from({ length: to - from }, (_, i) => {
        const value = labelNumber(from + i);
        return { key: value.requestId, value, partition: (from + i) % PARTITIONS };
      });
      await producer.send(INPUT, labels);
    },
    async readAll(topic) {
      const all = [];
      for await (const records of bus.slice(topic, { by: 'offset' })) all.push(...records);
      return all;
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
