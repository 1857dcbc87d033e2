import { buildReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import {
  hasClasses,
  incumbentAnswerOf,
  incumbentWidthOf,
  type LabelledRows,
  outputsOf,
} from '@driftloop/spec';
import { checkWidth, type FirstVersion } from './first-version.ts';

/**
 * Describes a version that others serve by rows with their truth and its answers: the reference
 * that drift is measured against. Rows that it was trained on would make it look better than it is.
 *
 * @param answerOf a row's answer
 * @throws DriftloopError DATA_INVALID when a row has no answer, or the rows do not fit the spec
 */
export function describeIncumbent(
  spec: ModelSpec,
  data: LabelledRows,
  answerOf: (row: number) => IncumbentAnswer | undefined,
): Pick<FirstVersion, 'profile' | 'metrics'> {
  checkWidth(spec, data);
  const width = incumbentWidthOf(spec);
  const outputs = new Float32Array(data.rows * width);
  const answered = new Float32Array(data.rows);
  let rightOrError = 0;
  for (let row = 0; row < data.rows; row++) {
    const answer = answerOf(row);
    const read = answer && incumbentAnswerOf(answer, spec);
    if (read === undefined || 'code' in read)
      throw new DriftloopError(
        'DATA_INVALID',
        `Labelled row ${row + 1} has no answer of the model that others serve: leave rows without one out of --train.`,
      );
    outputs.set(read.outputs, row * width);
    answered[row] = read.predicted;
    const label = data.labels[row] as number;
    rightOrError += hasClasses(spec.task) ? Number(read.predicted === label) : (read.predicted - label) ** 2;
  }
  const profile = buildReferenceProfile({ spec, data, outputs, answered });
  if (outputsOf(spec).length > 0) return { profile, metrics: { error: profile.outputs.score.mean } };
  const mean = rightOrError / data.rows;
  return { profile, metrics: hasClasses(spec.task) ? { accuracy: mean } : { squaredError: mean } };
}
