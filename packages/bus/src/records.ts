import { DriftloopError, type Refusal, refusalOf } from '@driftloop/errors';
import type { TopicName, TopicRecords } from '@driftloop/schemas';
import type { Codec } from './codec/codec.ts';
import type { RawRecord } from './protocol/raw-record.ts';
import { UnreadableRecords } from './protocol/unreadable-records.ts';

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
    /** The trace that it belongs to: the value of its W3C header `traceparent`. */
    readonly trace?: string | undefined;
  };
}[T];

/** A record that could not be handled, by its place in its partition. */
export interface RefusedAt extends Refusal {
  readonly offset: number;
}

/** A record that could not be read or handled, as Kafka has it. */
export interface RefusedRecord extends Refusal {
  readonly raw: RawRecord;
}

/**
 * Reads the records of one partition.
 *
 * @throws DriftloopError REGISTRY_UNAVAILABLE (retriable)
 */
export async function readRecords<T extends TopicName>(
  codec: Pick<Codec, 'prepare' | 'key' | 'decode'>,
  topic: T,
  partition: number,
  raw: readonly RawRecord[],
): Promise<{ records: BusRecord<T>[]; bad: RefusedRecord[] }> {
  await codec.prepare(topic, raw);
  const records: BusRecord<T>[] = [];
  const bad: RefusedRecord[] = [];
  for (const record of raw) {
    if (record instanceof UnreadableRecords) {
      bad.push({ raw: record, code: 'RECORD_NOT_AVRO', reason: record.reason });
      continue;
    }
    try {
      const { offset, timestamp, trace } = record;
      const key = codec.key(record);
      const value = codec.decode(topic, record);
      const read = { topic, partition, offset, timestamp, key, value };
      records.push((trace === undefined ? read : { ...read, trace }) as BusRecord<T>);
    } catch (error) {
      if (!(error instanceof DriftloopError)) throw error;
      bad.push({ raw: record, ...refusalOf(error) });
    }
  }
  return { records, bad };
}

/**
 * Whether a record is to be read, by its key; what a batch held that cannot be read is not known.
 */
export function isMeant(record: RawRecord, keep: (key: string) => boolean): boolean {
  return record instanceof UnreadableRecords || keep(record.keyText);
}
