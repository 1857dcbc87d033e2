import { setTimeout as sleep } from 'node:timers/promises';
import { testStack } from '@driftloop/local';
import type { InferencePrediction, InferenceRequest, TopicName } from '@driftloop/schemas';
import kafkajs from 'kafkajs';
import { type Bus, type BusOptions, createBus } from '../../src/index.ts';

/** A bus with topics of its own on the real parts, and a plain client beside it. */
export interface Fixture {
  readonly brokers: string[];
  readonly registryUrl: string;
  readonly prefix: string;
  readonly bus: Bus;
  /** Another bus on the same topics, closed with the fixture. */
  another(options?: Partial<BusOptions>): Bus;
  /** kafkajs as others use it. */
  readonly kafka: kafkajs.Kafka;
  close(): Promise<void>;
}

/**
 * @param options.topics whether to create them @default true
 * @param options.producersTime topics whose timestamps are what producers say, although the table
 *   gives them the broker's
 */
export async function openFixture(
  options: { readonly topics?: boolean; readonly producersTime?: readonly TopicName[] } = {},
): Promise<Fixture> {
  const stack = await testStack();
  const brokers = [stack.env.KAFKA_BROKERS];
  const registryUrl = stack.env.SCHEMA_REGISTRY_URL;
  const prefix = stack.topicPrefix;
  const buses: Bus[] = [];
  const another = (more: Partial<BusOptions> = {}) => {
    const bus = createBus({
      brokers,
      registryUrl,
      topicPrefix: prefix,
      clientId: 'test',
      sessionTimeoutMs: 6_000,
      ...more,
    });
    buses.push(bus);
    return bus;
  };
  const bus = another();
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  const close = async () => {
    for (const each of buses) await each.close();
    await stack.release();
  };
  try {
    if (options.producersTime) {
      const admin = kafka.admin();
      await admin.connect();
      const topics = options.producersTime.map((topic) => ({ topic: `${prefix}${topic}`, numPartitions: 4 }));
      await admin.createTopics({ topics, waitForLeaders: false });
      await admin.disconnect();
    }
    if (options.topics !== false) await bus.ensureTopics();
  } catch (error) {
    // What stays open would keep the test file from ending.
    await close();
    throw error;
  }
  return { brokers, registryUrl, prefix, bus, another, kafka, close };
}

/** A request whose event time is its number. */
export function requestNumber(i: number, features = 4): { key: string; value: InferenceRequest } {
  const requestId = `r-${i}`;
  return {
    key: requestId,
    value: { requestId, model: 'elec', eventTime: i, features: new Float32Array(features).fill(i) },
  };
}

/** An answer to request number `i`. */
export function answerTo(i: number): InferencePrediction {
  return {
    requestId: `r-${i}`,
    model: 'elec',
    version: 1,
    eventTime: i,
    servedAt: 0,
    outputs: Float32Array.of(1),
    predicted: 0,
    role: 'live',
    requestPartition: 0,
    requestOffset: i,
    requestTime: -1,
  };
}

/** Waits until something holds; fails after a generous while. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await sleep(20);
  }
}
