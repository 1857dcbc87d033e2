import type { InferenceLabel, InferencePrediction, InferenceRequest } from '@driftloop/schemas';

/** One record of an input topic. */
export type ReplayRecord =
  | ReplayRecordOf<'inference.requests', InferenceRequest>
  | ReplayRecordOf<'inference.predictions', InferencePrediction>
  | ReplayRecordOf<'inference.labels', InferenceLabel>;

interface ReplayRecordOf<Topic extends string, Value> {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly value: Value;
}
