import { DriftloopError, type ErrorCode } from '@driftloop/errors';
import type { TopicName, TopicRecords } from '@driftloop/schemas';
import type { Codec } from './codec/codec.ts';
import type { RawRecord } from './protocol/raw-record.ts';

/** A record of one of the topics T, read. */
export type BusRecord<T extends TopicName = TopicName> = {
  [K in T]: {
    /** Without prefix. */
    readonly topic: K;
    readonly partition: number;
    readonly offset: number;
    /** Kafka's timestamp, epoch milliseconds. */
    readonly timestamp: number;
    /** Empty where the record has none. */
    readonly key: string;
    readonly value: TopicRecords[K];
  };
}[T];

/** A record that cannot be read, and why. */
export interface BadRecord {
  readonly raw: RawRecord;
  readonly code: ErrorCode;
  readonly reason: string;
}

/**
 * Reads the records of one partition.
 *
 * @throws DriftloopError REGISTRY_UNAVAILABLE (retriable)
 */
export async function readRecords<T extends TopicName>(
  codec: Codec,
  topic: T,
  partition: number,
  raw: readonly RawRecord[],
): Promise<{ records: BusRecord<T>[]; bad: BadRecord[] }> {
  await codec.prepare(topic, raw);
  const records: BusRecord<T>[] = [];
  const bad: BadRecord[] = [];
  for (const record of raw) {
    try {
      const { offset, timestamp } = record;
      const key = codec.key(record);
      const value = codec.decode(topic, record);
      records.push({ topic, partition, offset, timestamp, key, value } as BusRecord<T>);
    } catch (error) {
      if (!(error instanceof DriftloopError)) throw error;
      bad.push({ raw: record, code: error.code, reason: error.message });
    }
  }
  return { records, bad };
}
