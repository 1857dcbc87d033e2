import { DriftloopError } from '@driftloop/errors';
import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import { incumbentAnswerOf } from '@driftloop/spec';

/** What a system beside driftloop has answered, as a caller sends it. */
export interface GivenIncumbentAnswer {
  /** Class by its index or its name, or the value of a regression. */
  readonly predicted?: number | string | undefined;
  /** Probabilities, one per class or the one of class 1; of several outputs each. */
  readonly outputs?: readonly number[] | undefined;
  readonly version?: string | undefined;
}

/** @throws DriftloopError ANSWER_INVALID */
export function checkedAnswer(given: GivenIncumbentAnswer, spec: ModelSpec): IncumbentAnswer {
  const { predicted, outputs = [], version = '' } = given;
  const answer: IncumbentAnswer = {
    outputs: Float32Array.from(outputs),
    version,
    ...(typeof predicted === 'number' ? { predicted } : {}),
    ...(typeof predicted === 'string' ? { predictedName: predicted } : {}),
  };
  const read = incumbentAnswerOf(answer, spec);
  if ('code' in read) throw new DriftloopError(read.code, read.reason);
  return answer;
}
