import type { TopicName, TopicRecords } from '@driftloop/schemas';
import type { Codec } from '../codec/codec.ts';
import { partitionOfKey } from '../protocol/murmur2.ts';
import { isTrace } from '../protocol/trace-header.ts';
import { type RetryOptions, retry } from '../retry.ts';
import { derivedTrace, isDerived } from '../tracing/scope.ts';
import type { BatchSender } from './batch-sender.ts';
import { createCheckedPartitions, type Prepared } from './checked-partitions.ts';
import { createTurns } from './turns.ts';

/** A record to be sent. */
export interface Outgoing<T extends TopicName> {
  readonly key: string;
  readonly value: TopicRecords[T];
  /** @default the one that Kafka's Java client would put the key on */
  readonly partition?: number;
  /** Epoch milliseconds. @default now */
  readonly timestamp?: number;
  /**
   * The trace that it belongs to, a W3C `traceparent`; what is none is left out.
   * @default of verdicts, commands and the like that of the newest record that they may follow from
   */
  readonly trace?: string | undefined;
}

/** A record to be sent as it is, for example again from dead.letters. */
export interface OutgoingBytes {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** @default the one that Kafka's Java client would put the key on; 0 without a key */
  readonly partition?: number;
  /** Epoch milliseconds. @default now */
  readonly timestamp?: number;
}

/** What a send depends on. */
export interface SendOptions {
  /**
   * Asked right before the records are written, and before each repetition: once it says true,
   * nothing (more) is written and the send rejects with PARTITION_LOST. For what follows from a
   * batch of a consumer: its `isStale`.
   */
  readonly isVoid?: () => boolean;
}

/**
 * Writes records to topics: idempotent, in the order of the calls per partition, acknowledged by
 * all replicas.
 */
export interface TypedProducer {
  /**
   * Resolves when every record is acknowledged. If it rejects, some of the records may have been
   * written.
   *
   * @throws DriftloopError RECORD_INVALID and RECORD_TOO_LARGE before anything is written;
   *   CONFIG_INVALID (retriable: it may be added) for a partition that the topic does not have;
   *   KAFKA_UNAVAILABLE and REGISTRY_UNAVAILABLE after the delivery timeout; PARTITION_LOST by
   *   `isVoid`
   */
  send<T extends TopicName>(topic: T, records: readonly Outgoing<T>[], options?: SendOptions): Promise<void>;
  /** Sends bytes without a schema. */
  sendBytes(topic: TopicName, records: readonly OutgoingBytes[], options?: SendOptions): Promise<void>;
  /** Waits for what was sent. */
  close(): Promise<void>;
}

/** What a producer is made of. */
export interface ProducerParts {
  readonly sender: BatchSender;
  readonly codec: Codec;
  readonly topicPrefix: string;
  readonly retryOptions: RetryOptions;
}

/** Makes a producer over a sender of its own. */
export function createTypedProducer(parts: ProducerParts): TypedProducer {
  const { sender, codec, topicPrefix, retryOptions } = parts;
  const turns = createTurns();
  const partitions = createCheckedPartitions(sender, topicPrefix, retryOptions);
  const queue = (topic: TopicName, records: readonly Prepared[], isVoid?: () => boolean) =>
    sender.send(`${topicPrefix}${topic}`, records, isVoid);

  return {
    async send(topic, records, { isVoid } = {}) {
      if (records.length === 0) return;
      // Before anything is waited for: the order of the calls is that of what they follow from.
      const derived = isDerived(topic)
        ? records.map(({ trace, value }) => trace ?? derivedTrace(topic, value))
        : undefined;
      const prepare = async () => {
        const own = () => codec.ids.own(topic);
        const schemaId = await retry(`registering the schema of ${topic}`, own, retryOptions);
        const known = await partitions.count(topic);
        const now = Date.now();
        const prepared = records.map(({ key, value, partition, timestamp = now, trace: given }, index) => {
          const trace = derived ? derived[index] : given;
          const { bytes, keyAt, keyLength, valueAt, valueLength } = codec.encode(topic, key, value, schemaId);
          return {
            partition: partition ?? partitionOfKey(bytes.subarray(keyAt, valueAt), known),
            record: {
              bytes,
              keyAt,
              keyLength,
              valueAt,
              valueLength,
              timestamp,
              trace: trace !== undefined && isTrace(trace) ? trace : undefined,
            },
          };
        });
        return partitions.check(topic, prepared, known);
      };
      await turns.take(topic, prepare, (prepared) => queue(topic, prepared, isVoid));
    },

    async sendBytes(topic, records, { isVoid } = {}) {
      if (records.length === 0) return;
      const prepare = async () => {
        const known = await partitions.count(topic);
        const now = Date.now();
        const prepared = records.map((record) => preparedBytes(record, known, now));
        return partitions.check(topic, prepared, known);
      };
      await turns.take(topic, prepare, (prepared) => queue(topic, prepared, isVoid));
    },

    async close() {
      await turns.settled();
      await sender.close();
    },
  };
}

const EMPTY = Buffer.alloc(0);

function preparedBytes(
  { key, value, partition, timestamp }: OutgoingBytes,
  partitions: number,
  now: number,
): Prepared {
  return {
    partition: partition ?? (key ? partitionOfKey(key, partitions) : 0),
    record: {
      bytes: Buffer.concat([key ?? EMPTY, value ?? EMPTY]),
      keyAt: 0,
      keyLength: key ? key.length : -1,
      valueAt: key?.length ?? 0,
      valueLength: value ? value.length : -1,
      timestamp: timestamp ?? now,
    },
  };
}
