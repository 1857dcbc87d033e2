import type { TopicName, TopicRecords } from '@driftloop/schemas';
import type { HttpSecurity, KafkaSecurity, Logger } from '@driftloop/service';
import { pino } from 'pino';
import { ensureTopics, isAppendTime, partitionsOf } from './admin.ts';
import { Codec } from './codec/codec.ts';
import { SchemaIds } from './codec/schema-ids.ts';
import type { ConsumeOptions, Consumer } from './consumer/consume-options.ts';
import { GroupConsumer } from './consumer/consumer.ts';
import { committedOffsets, topicIds } from './consumer/start-offsets.ts';
import { createDeadLetterWriter } from './dead-letters.ts';
import { consumeForeign, type ForeignOptions } from './foreign.ts';
import { bytesOf, decodeBytes, type KeptBytes, type RecordBytes } from './history/bytes.ts';
import { type Follower, type FollowOptions, follow } from './history/follow.ts';
import { type SliceRange, slice } from './history/slice.ts';
import { tail } from './history/tail.ts';
import { Connection } from './kafka/connection.ts';
import { listOffsets } from './kafka/offsets.ts';
import { BatchSender } from './producer/batch-sender.ts';
import { createTypedProducer, type TypedProducer } from './producer/typed-producer.ts';
import type { BusRecord } from './records.ts';
import { tracedConsume, tracedFollow } from './tracing/traced.ts';

/** Where Kafka and the registry are, and under which name this process appears there. */
export interface BusOptions {
  /** host:port. */
  readonly brokers: readonly string[];
  /** Confluent-compatible schema registry. */
  readonly registryUrl: string;
  /** Put before every topic, group and subject name. @default '' */
  readonly topicPrefix?: string;
  /** Name of this process on Kafka, and the `service` in its dead letters. */
  readonly clientId: string;
  /** @default silent */
  readonly logger?: Logger;
  /** Partitions of `perInput` topics when they are created. @default 4 */
  readonly inputPartitions?: number;
  /**
   * Consumers that are silent for longer lose their partitions; the broker allows 6 s or more.
   * @default 10000
   */
  readonly sessionTimeoutMs?: number;
  /** TLS and credentials for Kafka. @default plaintext, without a password */
  readonly security?: KafkaSecurity;
  /** TLS and credentials for the registry; its URL may hold user and password, too. */
  readonly registrySecurity?: HttpSecurity;
}

/** Topics whose followers do something that belongs to a trace: they swap versions. */
const TRACED: ReadonlySet<TopicName> = new Set(['model.events']);

/** Settings of one producer. */
export interface ProducerOptions {
  /**
   * Records that go to a partition together. Brokers refuse batches above about 1 MB.
   * @default 900000
   */
  readonly maxBatchBytes?: number;
  /** How long a send goes on trying. @default 120000 */
  readonly deliveryTimeoutMs?: number;
}

/** Typed topics on Kafka. Names are without prefix throughout. */
export interface Bus {
  /**
   * Creates missing topics and registers all schemas; see `ensureTopics` in admin.ts for errors.
   */
  ensureTopics(): Promise<void>;
  /** Number of partitions. */
  partitions(topic: TopicName): Promise<number>;
  /**
   * Whether the broker sets the timestamps of the topic's records; false where producers do, or
   * where it cannot be found out.
   */
  isAppendTime(topic: TopicName): Promise<boolean>;
  /**
   * The topic's id, which it has until it is deleted; one that is made anew under its name has
   * another. An offset that is kept anywhere is one of the topic with this id. Undefined where
   * brokers know no ids (before Kafka 3.1).
   */
  topicId(topic: TopicName): Promise<string | undefined>;
  /** Per partition the first offset that is kept and one past the last. */
  offsets(topic: TopicName): Promise<{ partition: number; low: number; high: number }[]>;
  /**
   * Per partition the offset of the first record with this Kafka timestamp (epoch ms) or a later
   * one; one past the last where there is none.
   */
  offsetsAt(topic: TopicName, time: number): Promise<{ partition: number; offset: number }[]>;
  /** Per partition the next offset that a group will read; -1 where it has committed none. */
  groupOffsets(group: string, topic: TopicName): Promise<{ partition: number; offset: number }[]>;
  /** A producer with connections of its own. */
  producer(options?: ProducerOptions): Promise<TypedProducer>;
  /** Reads topics in a group; resolves when the group has taken this consumer in. */
  consume<T extends TopicName>(options: ConsumeOptions<T>): Promise<Consumer>;
  /**
   * Reads a topic that is not driftloop's: records as bytes with headers, by its whole name. What
   * is refused becomes dead letters. It must exist.
   */
  consumeForeign(options: ForeignOptions): Promise<Consumer>;
  /** Reads a whole topic, or only what comes, and goes on; resolves when it has caught up. */
  follow<T extends TopicName>(
    topic: T,
    onRecords: (records: BusRecord<T>[]) => void | Promise<void>,
    options?: FollowOptions,
  ): Promise<Follower>;
  /** Reads a bounded part of a topic's history, the same way each time. */
  slice<T extends TopicName>(topic: T, range: SliceRange): AsyncIterable<BusRecord<T>[]>;
  /**
   * Reads bytes as a record of a topic, which may be on none (a dead letter's).
   *
   * @throws DriftloopError RECORD_NOT_AVRO, RECORD_NOT_UTF8, RECORD_UNKNOWN_SCHEMA,
   *   SCHEMA_INCOMPATIBLE; REGISTRY_UNAVAILABLE (retriable)
   */
  decode<T extends TopicName>(
    topic: T,
    record: RecordBytes,
  ): Promise<{ key: string; value: TopicRecords[T] }>;
  /** Records of one partition as they lie there from an offset on, up to its end as of the call. */
  bytes(topic: TopicName, partition: number, from: number): AsyncIterable<KeptBytes[]>;
  /** The last records of one partition, oldest first. */
  tail<T extends TopicName>(topic: T, partition: number, count: number): Promise<BusRecord<T>[]>;
  /** Closes what the bus itself holds. Close consumers, followers and producers first. */
  close(): Promise<void>;
}

const DEFAULT_PARTITIONS = 4;
const DEFAULT_SESSION_TIMEOUT_MS = 10_000;
const DEFAULT_BATCH_BYTES = 900_000;
const DEFAULT_DELIVERY_TIMEOUT_MS = 120_000;

/** Makes a bus. Nothing is connected until it is used. */
export function createBus(options: BusOptions): Bus {
  const { brokers, clientId, registryUrl, topicPrefix = '', security = {} } = options;
  const logger = options.logger ?? pino({ level: 'silent' });
  const codec = new Codec(new SchemaIds(registryUrl, topicPrefix, options.registrySecurity));
  const connect = () => new Connection({ brokers, clientId, logger, security });
  const reader = connect();
  const lookup = { connection: reader, logger };
  const history = { ...lookup, codec, topicPrefix };

  const producer = (settings: ProducerOptions = {}): TypedProducer => {
    const { maxBatchBytes = DEFAULT_BATCH_BYTES, deliveryTimeoutMs = DEFAULT_DELIVERY_TIMEOUT_MS } = settings;
    const connection = connect();
    return createTypedProducer({
      sender: new BatchSender({ connection, logger, maxBatchBytes, deliveryTimeoutMs }),
      codec,
      topicPrefix,
      retryOptions: { logger, deadlineMs: deliveryTimeoutMs, onRetry: () => connection.reset() },
    });
  };
  const deadLetters = createDeadLetterWriter({ clientId, producer });

  return {
    ensureTopics: () =>
      ensureTopics({
        ...lookup,
        codec,
        topicPrefix,
        inputPartitions: options.inputPartitions ?? DEFAULT_PARTITIONS,
      }),

    partitions: (topic) => partitionsOf(lookup, `${topicPrefix}${topic}`),

    isAppendTime: (topic) => isAppendTime(lookup, `${topicPrefix}${topic}`),

    async topicId(topic) {
      const name = `${topicPrefix}${topic}`;
      return (await topicIds(lookup, [name])).get(name);
    },

    async offsets(topic) {
      const name = `${topicPrefix}${topic}`;
      const [low, high] = await Promise.all([
        listOffsets(lookup, name, 'earliest'),
        listOffsets(lookup, name, 'latest'),
      ]);
      return [...high].map(([partition, end]) => ({ partition, low: low.get(partition) ?? 0, high: end }));
    },

    async offsetsAt(topic, time) {
      const name = `${topicPrefix}${topic}`;
      const [at, high] = await Promise.all([
        listOffsets(lookup, name, { time }),
        listOffsets(lookup, name, 'latest'),
      ]);
      return [...high].map(([partition, end]) => {
        const offset = at.get(partition) ?? -1;
        return { partition, offset: offset < 0 ? end : offset };
      });
    },

    async groupOffsets(group, topic) {
      const name = `${topicPrefix}${topic}`;
      const partitions = [...(await listOffsets(lookup, name, 'latest')).keys()];
      const wanted = partitions.map((partition) => ({ topic: name, partition }));
      const ids = await topicIds(lookup, [name]);
      const committed = await committedOffsets(lookup, `${topicPrefix}${group}`, wanted, ids);
      return partitions.map((partition) => ({
        partition,
        offset: committed.get(`${name}/${partition}`) ?? -1,
      }));
    },

    producer: async (settings) => producer(settings),

    async consume(consume) {
      for (const topic of consume.topics) await partitionsOf(lookup, `${topicPrefix}${topic}`);
      const consumer = new GroupConsumer({
        options: tracedConsume(consume),
        connection: connect(),
        codec,
        logger,
        topicPrefix,
        sessionTimeoutMs: options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
        writeDeadLetters: deadLetters.write,
      });
      await consumer.start();
      return consumer;
    },

    async consumeForeign(foreign) {
      await partitionsOf(lookup, foreign.topic);
      return consumeForeign(foreign, {
        connection: connect(),
        logger,
        groupPrefix: topicPrefix,
        sessionTimeoutMs: options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
        writeDeadLetters: deadLetters.write,
      });
    },

    follow(topic, onRecords, settings) {
      const handle = TRACED.has(topic) ? tracedFollow(onRecords) : onRecords;
      return follow(history, connect(), topic, handle, settings);
    },
    slice: (topic, range) => slice(history, topic, range),
    decode: (topic, record) => decodeBytes(codec, topic, record),
    bytes: (topic, partition, from) => bytesOf(history, topic, partition, from),
    tail: (topic, partition, count) => tail(history, topic, partition, count),

    async close() {
      await deadLetters.close();
      reader.close();
    },
  };
}
