import type { InferenceLabel, InferenceRequest, ModelSpec } from '@driftloop/schemas';

/** Partitions of the input topics in all runs. */
export const PARTITIONS = 4;

/** One record of an input topic, on its partition and with its Kafka timestamp. */
export type InputRecord =
  | InputRecordOf<'inference.requests', InferenceRequest>
  | InputRecordOf<'inference.labels', InferenceLabel>;

interface InputRecordOf<Topic extends string, Value> {
  readonly topic: Topic;
  readonly partition: number;
  /** Kafka's, epoch milliseconds. */
  readonly timestamp: number;
  readonly key: string;
  readonly value: Value;
}

/** What is put on the input topics, in this order on each partition. */
export interface InputLog {
  readonly specs: readonly ModelSpec[];
  readonly records: readonly InputRecord[];
}

/** The partition of an id, the same for a request and its labels (FNV-1a). */
export function partitionOf(requestId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < requestId.length; index++)
    hash = Math.imul(hash ^ requestId.charCodeAt(index), 0x01000193);
  return (hash >>> 8) % PARTITIONS;
}

/** A request as a record. */
export function requestRecord(value: InferenceRequest, timestamp: number): InputRecord {
  const key = value.requestId;
  return { topic: 'inference.requests', partition: partitionOf(key), timestamp, key, value };
}

/** A label as a record. */
export function labelRecord(value: InferenceLabel, timestamp: number): InputRecord {
  const key = value.requestId;
  return { topic: 'inference.labels', partition: partitionOf(key), timestamp, key, value };
}
