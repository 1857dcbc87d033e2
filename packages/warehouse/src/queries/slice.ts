import type {
  InferenceLabel,
  InferencePrediction,
  InferenceRequest,
  PredictionRole,
} from '@driftloop/schemas';
import { createRowBinaryReader, type RowBinaryReader } from '../row-binary.ts';
import type { SqlClient } from '../sql-client.ts';
import { STORED_TABLES } from '../tables.ts';

/** Topics whose records can be read back from ClickHouse. */
export interface SliceRecords {
  'inference.requests': InferenceRequest;
  'inference.predictions': InferencePrediction;
  'inference.labels': InferenceLabel;
}

/** A record as it was on Kafka: the same shape as the bus's. */
export interface StoredRecord<T extends keyof SliceRecords> {
  readonly topic: T;
  readonly partition: number;
  readonly offset: number;
  /** Kafka timestamp. */
  readonly timestamp: number;
  readonly key: string;
  readonly value: SliceRecords[T];
}

/** Bounds of a slice: Kafka times or offsets, `from` inclusive, `to` exclusive. */
export interface SliceRange {
  readonly by: 'time' | 'offset';
  readonly from?: number;
  readonly to?: number;
  /** Only this partition. @default all */
  readonly partition?: number;
}

/** Offsets per query: answers stay small however long the slice is. */
const PAGE = 10_000;

/**
 * Reads a part of a topic back, past Kafka's retention, partition by partition in the order of offsets. An answer that
 * was written twice comes twice, at both offsets; messages that could not be decoded are left out.
 */
export async function* slice<T extends keyof SliceRecords>(
  client: SqlClient,
  database: string,
  topic: T,
  range: SliceRange,
): AsyncGenerator<StoredRecord<T>[]> {
  const layout: Layout<T> = LAYOUTS[topic];
  const source = `${database}.stored_${STORED_TABLES[topic]}`;
  const times = {
    earliest: range.by === 'time' ? (range.from ?? 0) : 0,
    latest: range.by === 'time' ? Math.min(range.to ?? LATEST, LATEST) : LATEST,
  };
  const offsets = {
    from: range.by === 'offset' ? (range.from ?? 0) : 0,
    to: range.by === 'offset' ? (range.to ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER,
  };
  const parts = await client.rows<{ partition: number; first: number; last: number }>(
    `SELECT kafka_partition AS partition, min(${layout.first}) AS first, max(${layout.last}) AS last
     FROM ${source}
     WHERE ${IN_TIME} AND ${inOffsets(layout)} ${range.partition === undefined ? '' : 'AND kafka_partition = {partition:UInt32}'}
     GROUP BY partition ORDER BY partition`,
    { ...times, ...offsets, ...(range.partition !== undefined && { partition: range.partition }) },
  );
  for (const { partition, first, last } of parts) {
    const end = Math.min(last + 1, offsets.to);
    for (let from = Math.max(first, offsets.from); from < end; from += PAGE) {
      const answer = await client.rowBinary(
        `SELECT offset, toUnixTimestamp64Milli(kafka_timestamp), ${layout.columns}
         FROM (
           SELECT *, ${layout.offset} AS offset FROM ${source}
           WHERE kafka_partition = {partition:UInt32} AND ${IN_TIME} AND ${inOffsets(layout)}
         )
         WHERE offset >= {from:UInt64} AND offset < {to:UInt64}
         ORDER BY offset LIMIT 1 BY offset`,
        { ...times, partition, from, to: Math.min(from + PAGE, end) },
      );
      const records = decode(topic, layout, partition, answer);
      if (records.length > 0) yield records;
    }
  }
}

/** The end of DateTime64. */
const LATEST = Date.UTC(2299, 11, 31);

const IN_TIME = `error = ''
  AND kafka_timestamp >= fromUnixTimestamp64Milli({earliest:Int64}, 'UTC') AND kafka_timestamp < fromUnixTimestamp64Milli({latest:Int64}, 'UTC')`;

function inOffsets(layout: { readonly first: string; readonly last: string }): string {
  return `${layout.last} >= {from:UInt64} AND ${layout.first} < {to:UInt64}`;
}

interface Layout<T extends keyof SliceRecords> {
  /** First and last offset of a row. */
  readonly first: string;
  readonly last: string;
  /** The offset of one record; for predictions one row is as many records as it has messages. */
  readonly offset: string;
  readonly columns: string;
  read(reader: RowBinaryReader): SliceRecords[T];
}

const PLAIN = {
  first: 'kafka_offset',
  last: 'kafka_offset',
  offset: 'kafka_offset',
} as const;

const LAYOUTS: { readonly [T in keyof SliceRecords]: Layout<T> } = {
  'inference.requests': {
    ...PLAIN,
    columns: 'request_id, model, toUnixTimestamp64Milli(event_time), features',
    read: (reader) => ({
      requestId: reader.string(),
      model: reader.string(),
      eventTime: reader.int64(),
      features: reader.float32Array(),
    }),
  },
  'inference.predictions': {
    first: 'arrayMin(kafka_offsets)',
    last: 'arrayMax(kafka_offsets)',
    offset: 'arrayJoin(kafka_offsets)',
    columns: `request_id, model, version, toUnixTimestamp64Milli(event_time), toUnixTimestamp64Milli(served_at), outputs,
      predicted, role, request_partition, request_offset`,
    read: (reader) => ({
      requestId: reader.string(),
      model: reader.string(),
      version: reader.uint32(),
      eventTime: reader.int64(),
      servedAt: reader.int64(),
      outputs: reader.float32Array(),
      predicted: reader.float64(),
      role: role(reader.string()),
      requestPartition: reader.uint32(),
      requestOffset: reader.int64(),
    }),
  },
  'inference.labels': {
    ...PLAIN,
    columns: 'request_id, model, label, toUnixTimestamp64Milli(event_time)',
    read: (reader) => ({
      requestId: reader.string(),
      model: reader.string(),
      label: reader.float64(),
      eventTime: reader.int64(),
    }),
  },
};

function decode<T extends keyof SliceRecords>(
  topic: T,
  layout: Layout<T>,
  partition: number,
  answer: Buffer,
): StoredRecord<T>[] {
  const reader = createRowBinaryReader(answer);
  const records: StoredRecord<T>[] = [];
  while (!reader.done()) {
    const offset = reader.int64();
    const timestamp = reader.int64();
    const value = layout.read(reader);
    records.push({ topic, partition, offset, timestamp, key: value.requestId, value });
  }
  return records;
}

function role(text: string): PredictionRole {
  if (text === 'live' || text === 'canary' || text === 'shadow') return text;
  throw new Error(`A stored prediction has the unknown role ${JSON.stringify(text)}.`);
}
