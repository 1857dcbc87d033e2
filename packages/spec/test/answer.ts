import type { InferencePrediction } from '@driftloop/schemas';

/** A live answer of model 'm' to a request. */
export function answer(requestId: string, fields: Partial<InferencePrediction> = {}): InferencePrediction {
  return {
    requestId,
    model: 'm',
    version: 1,
    eventTime: 0,
    servedAt: 0,
    outputs: Float32Array.of(0.25, 0.75),
    predicted: 1,
    role: 'live',
    requestPartition: 0,
    requestOffset: 0,
    requestTime: -1,
    ...fields,
  };
}
