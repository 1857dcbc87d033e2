import type { InferenceLabel, InferencePrediction, ModelSpec } from '@driftloop/schemas';
import { confidenceOf } from '../profile/output-layout.ts';
import type { Outcome, RivalAnswer } from '../sketch/outcomes.ts';

/** An answer that was served, with what versions in shadow said to the same request. */
export type AnswerWithRivals = Pick<
  InferencePrediction,
  'version' | 'eventTime' | 'outputs' | 'predicted' | 'requestPartition' | 'requestOffset'
> & { readonly rivals: readonly RivalAnswer[] };

/** Puts an answer and its truth together. */
export function outcomeOf(answer: AnswerWithRivals, label: InferenceLabel, spec: ModelSpec): Outcome {
  const { version, eventTime, outputs, predicted, requestPartition, requestOffset, rivals } = answer;
  return {
    version,
    eventTime,
    labelEventTime: label.eventTime,
    predicted,
    label: label.label,
    confidence: spec.task === 'regression' ? 0 : confidenceOf(outputs, 0, outputs.length, predicted),
    requestPartition,
    requestOffset,
    rivals,
  };
}
