import { DriftloopError } from '@driftloop/errors';
import type { TopicName, TopicRecords } from '@driftloop/schemas';
import type { Codec } from '../codec/codec.ts';
import { partitionOfKey } from '../protocol/murmur2.ts';
import type { OutgoingRecord } from '../protocol/record-batch-writer.ts';
import { type RetryOptions, retry } from '../retry.ts';
import { maxRecordBytes } from '../topics.ts';
import type { BatchSender } from './batch-sender.ts';

/** A record to be sent. */
export interface Outgoing<T extends TopicName> {
  readonly key: string;
  readonly value: TopicRecords[T];
  /** @default the one that Kafka's Java client would put the key on */
  readonly partition?: number;
  /** Epoch milliseconds. @default now */
  readonly timestamp?: number;
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

/** Writes records to topics: idempotent, in the order of the calls per partition, acknowledged by all replicas. */
export interface TypedProducer {
  /**
   * Resolves when every record is acknowledged. If it rejects, some of the records may have been written.
   *
   * @throws DriftloopError RECORD_INVALID and RECORD_TOO_LARGE before anything is written; KAFKA_UNAVAILABLE and
   *   REGISTRY_UNAVAILABLE after the delivery timeout
   */
  send<T extends TopicName>(topic: T, records: readonly Outgoing<T>[]): Promise<void>;
  /** Sends bytes without a schema. */
  sendBytes(topic: TopicName, records: readonly OutgoingBytes[]): Promise<void>;
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

  /** How many partitions a topic has. Always awaited once, so that concurrent calls keep their order. */
  const partitionsOf = async (topic: TopicName): Promise<number> => {
    const leaders = () => sender.leaders(`${topicPrefix}${topic}`);
    return (await retry(`looking up ${topic}`, leaders, retryOptions)).size;
  };

  const deliver = async (
    topic: TopicName,
    records: readonly { record: OutgoingRecord; partition: number }[],
    partitions: number,
  ): Promise<void> => {
    for (const { record, partition } of records) {
      if (partition >= partitions || partition < 0) throw noSuchPartition(topic, partition, partitions);
      const size = record.keyLength + record.valueLength;
      if (size > maxRecordBytes(topic)) throw tooLarge(topic, size);
    }
    await sender.send(`${topicPrefix}${topic}`, records);
  };

  return {
    async send(topic, records) {
      if (records.length === 0) return;
      const [schemaId, partitions] = await Promise.all([
        retry(`registering the schema of ${topic}`, () => codec.ids.own(topic), retryOptions),
        partitionsOf(topic),
      ]);
      const now = Date.now();
      const outgoing = records.map(({ key, value, partition, timestamp = now }) => {
        const { bytes, keyAt, keyLength, valueAt, valueLength } = codec.encode(topic, key, value, schemaId);
        return {
          partition: partition ?? partitionOfKey(bytes.subarray(keyAt, valueAt), partitions),
          record: { bytes, keyAt, keyLength, valueAt, valueLength, timestamp },
        };
      });
      await deliver(topic, outgoing, partitions);
    },

    async sendBytes(topic, records) {
      if (records.length === 0) return;
      const partitions = await partitionsOf(topic);
      const now = Date.now();
      const outgoing = records.map(({ key, value, partition, timestamp }) => ({
        partition: partition ?? (key ? partitionOfKey(key, partitions) : 0),
        record: {
          bytes: Buffer.concat([key ?? Buffer.alloc(0), value ?? Buffer.alloc(0)]),
          keyAt: 0,
          keyLength: key ? key.length : -1,
          valueAt: key?.length ?? 0,
          valueLength: value ? value.length : -1,
          timestamp: timestamp ?? now,
        },
      }));
      await deliver(topic, outgoing, partitions);
    },

    close: () => sender.close(),
  };
}

function noSuchPartition(topic: TopicName, partition: number, partitions: number): DriftloopError {
  return new DriftloopError(
    'CONFIG_INVALID',
    `Cannot write to partition ${partition} of ${topic}: it has ${partitions}. Give topics that share partitions ` +
      '(inference.requests and inference.predictions) the same number of them.',
  );
}

function tooLarge(topic: TopicName, size: number): DriftloopError {
  return new DriftloopError(
    'RECORD_TOO_LARGE',
    `A record for ${topic} has ${size} bytes, more than ${maxRecordBytes(topic)}. Nothing of this call was sent.`,
  );
}
