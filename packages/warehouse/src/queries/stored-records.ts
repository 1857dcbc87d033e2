import type {
  InferenceLabel,
  InferencePrediction,
  InferenceRequest,
  PredictionRole,
} from '@driftloop/schemas';
import { createRowBinaryReader, type RowBinaryReader } from '../row-binary.ts';

/** Topics whose records can be read back from ClickHouse. */
export interface SliceRecords {
  'inference.requests': InferenceRequest;
  'inference.predictions': InferencePrediction;
  'inference.labels': InferenceLabel;
}

/** A record as it was on Kafka: the same shape as the bus's. */
export interface StoredRecord<T extends keyof SliceRecords = keyof SliceRecords> {
  readonly topic: T;
  readonly partition: number;
  readonly offset: number;
  /** Kafka timestamp, epoch milliseconds. */
  readonly timestamp: number;
  readonly key: string;
  readonly value: SliceRecords[T];
}

/** How a topic's records lie in its table. */
export interface StoredLayout<T extends keyof SliceRecords> {
  /** First and last offset of a row. */
  readonly first: string;
  readonly last: string;
  /** Offset of a record: a row of predictions is as many records as its answer was written. */
  readonly offset: string;
  /** The record's fields, in the order in which `read` takes them. */
  readonly columns: string;
  read(reader: RowBinaryReader): SliceRecords[T];
}

const ONE_PER_ROW = { first: 'kafka_offset', last: 'kafka_offset', offset: 'kafka_offset' } as const;

export const STORED_LAYOUTS: { readonly [T in keyof SliceRecords]: StoredLayout<T> } = {
  'inference.requests': {
    ...ONE_PER_ROW,
    columns: 'request_id, model, toUnixTimestamp64Milli(event_time), features, numbers, texts, vectors',
    read: (reader) => ({
      requestId: reader.string(),
      model: reader.string(),
      eventTime: reader.int64(),
      features: reader.float32Array(),
      numbers: reader.map(reader.float64),
      texts: reader.map(reader.string),
      vectors: reader.map(reader.float32Array),
      // What others answered is kept with the predictions.
      answer: null,
    }),
  },
  'inference.predictions': {
    first: 'arrayMin(kafka_offsets)',
    last: 'arrayMax(kafka_offsets)',
    offset: 'arrayJoin(kafka_offsets)',
    columns: `request_id, model, version, toUnixTimestamp64Milli(event_time), toUnixTimestamp64Milli(served_at), outputs,
      predicted, role, request_partition, request_offset, toUnixTimestamp64Milli(request_time), expected`,
    read: (reader) => ({
      requestId: reader.string(),
      model: reader.string(),
      version: reader.uint32(),
      eventTime: reader.int64(),
      servedAt: reader.int64(),
      outputs: reader.float32Array(),
      predicted: reader.float64(),
      role: roleOf(reader.string()),
      requestPartition: reader.uint32(),
      requestOffset: reader.int64(),
      requestTime: reader.int64(),
      expected: reader.float32Array(),
    }),
  },
  'inference.labels': {
    ...ONE_PER_ROW,
    columns:
      'request_id, model, label, toUnixTimestamp64Milli(event_time), label_name, label_values, label_names',
    read: (reader) => ({
      requestId: reader.string(),
      model: reader.string(),
      label: reader.float64(),
      eventTime: reader.int64(),
      labelName: reader.nullable(reader.string),
      values: reader.array(reader.float64),
      labelNames: reader.array(reader.string),
    }),
  },
};

/** Reads rows of offset, Kafka timestamp and a layout's columns. */
export function readRecords<T extends keyof SliceRecords>(
  topic: T,
  partition: number,
  answer: Buffer,
): StoredRecord<T>[] {
  const layout: StoredLayout<T> = STORED_LAYOUTS[topic];
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

function roleOf(text: string): PredictionRole {
  if (text === 'live' || text === 'canary' || text === 'shadow') return text;
  throw new Error(`A stored prediction has the unknown role ${JSON.stringify(text)}.`);
}
