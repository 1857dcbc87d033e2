import type { InferenceLabel, InferencePrediction, InferenceRequest } from '@driftloop/schemas';
import { answerTime } from '../rows/answer-time.ts';

/** One record of an input topic. */
export type ReplayRecord =
  | ReplayRecordOf<'inference.requests', InferenceRequest>
  | ReplayRecordOf<'inference.predictions', InferencePrediction>
  | ReplayRecordOf<'inference.labels', InferenceLabel>;

interface ReplayRecordOf<Topic extends string, Value> {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  /** Kafka timestamp, epoch ms. */
  readonly timestamp: number;
  readonly value: Value;
}

/** What places a record in the log's time: of an answer, its request's timestamp. */
export function timestampOf(record: ReplayRecord): number {
  if (record.topic !== 'inference.predictions') return record.timestamp;
  return answerTime(record.value, record.timestamp);
}
