import type { Refusal } from '@driftloop/errors';
import type { Incumbent } from '@driftloop/registry';
import type { InferenceRequest, ModelSpec } from '@driftloop/schemas';
import { incumbentAnswerOf, incumbentWidthOf, type ReadAnswer } from '@driftloop/spec';
import type { RefusedRow, RunResult } from '../sessions/protocol.ts';

/**
 * The answers that requests carry, as if a version of driftloop's own had been run: those of a
 * version that others serve. A request without one, or with one of another version, is a failed
 * row. Pure.
 *
 * @param indices of the requests in the batch
 */
export function carriedAnswers(
  indices: Int32Array,
  requestOf: (index: number) => InferenceRequest,
  incumbent: Incumbent,
  spec: ModelSpec,
): RunResult {
  const outputWidth = incumbentWidthOf(spec);
  const outputs = new Float32Array(indices.length * outputWidth);
  const predicted = new Float32Array(indices.length);
  const failures: RefusedRow[] = [];
  indices.forEach((index, row) => {
    const found = answerOf(requestOf(index), incumbent, spec);
    if ('code' in found) {
      failures.push({ row, ...found });
      return;
    }
    outputs.set(found.outputs, row * outputWidth);
    predicted[row] = found.predicted;
  });
  return { outputs, outputWidth, predicted, failures, runMs: 0 };
}

function answerOf(
  { answer, model }: InferenceRequest,
  { reports }: Incumbent,
  spec: ModelSpec,
): ReadAnswer | Refusal {
  if (!answer)
    return {
      code: 'ANSWER_MISSING',
      reason: `Model '${model}' is served by others, and the request does not carry their answer (the field 'answer'). Send it with the request, or bring a version with an ONNX file live.`,
    };
  const { version = '' } = answer;
  if (reports !== '' && version !== reports)
    return {
      code: 'ANSWER_INVALID',
      reason: `The request carries an answer of version '${version}', and the version that others serve was registered as '${reports}'. Register the new one (\`driftloop register --monitor-only --reports ${version || 'NAME'}\`), then send the request again.`,
    };
  return incumbentAnswerOf(answer, spec);
}
