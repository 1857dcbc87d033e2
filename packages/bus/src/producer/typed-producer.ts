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

/** What a send depends on. */
export interface SendOptions {
  /**
   * Asked right before the records are written, and before each repetition: once it says true, nothing (more) is written and the send rejects with
   * PARTITION_LOST. For what follows from a batch of a consumer: its `isStale`.
   */
  readonly isVoid?: () => boolean;
}

/** Writes records to topics: idempotent, in the order of the calls per partition, acknowledged by all replicas. */
export interface TypedProducer {
  /**
   * Resolves when every record is acknowledged. If it rejects, some of the records may have been written.
   *
   * @throws DriftloopError RECORD_INVALID and RECORD_TOO_LARGE before anything is written; CONFIG_INVALID (retriable: it may be added) for a partition
   *   that the topic does not have; KAFKA_UNAVAILABLE and REGISTRY_UNAVAILABLE after the delivery timeout; PARTITION_LOST by `isVoid`
   */
  send<T extends TopicName>(topic: T, records: readonly Outgoing<T>[], options?: SendOptions): Promise<void>;
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

  /** Sends of a topic wait for each other until they are queued, so that they keep the order of the calls. */
  const turns = new Map<TopicName, Promise<unknown>>();
  const active = new Set<Promise<void>>();

  const inTurn = async (
    topic: TopicName,
    prepare: () => Promise<readonly Prepared[]>,
    isVoid?: () => boolean,
  ): Promise<void> => {
    const before = turns.get(topic);
    let delivery: Promise<void> = Promise.resolve();
    const turn = (async () => {
      await before;
      const records = await prepare();
      // Not awaited here: the next send may follow as soon as these records are queued.
      delivery = sender.send(`${topicPrefix}${topic}`, records, isVoid);
      delivery.catch(() => undefined);
    })();
    turns.set(
      topic,
      turn.catch(() => undefined),
    );
    await turn;
    await delivery;
  };

  const track = async (sending: Promise<void>): Promise<void> => {
    active.add(sending);
    try {
      await sending;
    } finally {
      active.delete(sending);
    }
  };

  const partitionsOf = async (topic: TopicName): Promise<number> => {
    const leaders = () => sender.leaders(`${topicPrefix}${topic}`);
    return (await retry(`looking up ${topic}`, leaders, retryOptions)).size;
  };

  const checked = async (
    topic: TopicName,
    records: readonly Prepared[],
    known: number,
  ): Promise<readonly Prepared[]> => {
    let partitions = known;
    for (const { record, partition } of records) {
      if (partition >= partitions) {
        // What is known is up to a minute old, and the partition may be new.
        await retry(`looking up ${topic}`, () => sender.refresh(`${topicPrefix}${topic}`), retryOptions);
        partitions = await partitionsOf(topic);
      }
      if (partition >= partitions || partition < 0) throw noSuchPartition(topic, partition, partitions);
      const size = record.keyLength + record.valueLength;
      if (size > maxRecordBytes(topic)) throw tooLarge(topic, size);
    }
    return records;
  };

  return {
    async send(topic, records, options = {}) {
      if (records.length === 0) return;
      const prepare = async () => {
        const schemaId = await retry(
          `registering the schema of ${topic}`,
          () => codec.ids.own(topic),
          retryOptions,
        );
        const partitions = await partitionsOf(topic);
        const now = Date.now();
        const prepared = records.map(({ key, value, partition, timestamp = now }) => {
          const { bytes, keyAt, keyLength, valueAt, valueLength } = codec.encode(topic, key, value, schemaId);
          return {
            partition: partition ?? partitionOfKey(bytes.subarray(keyAt, valueAt), partitions),
            record: { bytes, keyAt, keyLength, valueAt, valueLength, timestamp },
          };
        });
        return checked(topic, prepared, partitions);
      };
      await track(inTurn(topic, prepare, options.isVoid));
    },

    async sendBytes(topic, records) {
      if (records.length === 0) return;
      const prepare = async () => {
        const partitions = await partitionsOf(topic);
        const now = Date.now();
        const prepared = records.map(({ key, value, partition, timestamp = now }) => ({
          partition: partition ?? (key ? partitionOfKey(key, partitions) : 0),
          record: {
            bytes: Buffer.concat([key ?? EMPTY, value ?? EMPTY]),
            keyAt: 0,
            keyLength: key ? key.length : -1,
            valueAt: key?.length ?? 0,
            valueLength: value ? value.length : -1,
            timestamp,
          },
        }));
        return checked(topic, prepared, partitions);
      };
      await track(inTurn(topic, prepare));
    },

    async close() {
      await Promise.allSettled(active);
      await sender.close();
    },
  };
}

/** A record as bytes, on its partition. */
interface Prepared {
  readonly record: OutgoingRecord;
  readonly partition: number;
}

const EMPTY = Buffer.alloc(0);

function noSuchPartition(topic: TopicName, partition: number, partitions: number): DriftloopError {
  return new DriftloopError(
    'CONFIG_INVALID',
    `Cannot write to partition ${partition} of ${topic}: it has ${partitions}. Give topics that share partitions ` +
      '(inference.requests and inference.predictions) the same number of them.',
    { retriable: true },
  );
}

function tooLarge(topic: TopicName, size: number): DriftloopError {
  return new DriftloopError(
    'RECORD_TOO_LARGE',
    `A record for ${topic} has ${size} bytes, more than ${maxRecordBytes(topic)}. Nothing of this call was sent.`,
  );
}
