import { DriftloopError } from '@driftloop/errors';
import type { InferenceRequest, ModelSpec } from '@driftloop/schemas';
import { incumbentAnswerOf } from '@driftloop/spec';
import { requestRows } from '../bodies/request-rows.ts';
import { responseAnswers } from '../bodies/response-answers.ts';
import type { Pair } from './pairing.ts';

/**
 * The requests that a call comes to, each with the answer that was given to it: one with the call's
 * id, or for several rows `id/0`, `id/1`, …, all at the time of the call. Pure.
 *
 * @throws DriftloopError PAYLOAD_INVALID, ANSWER_INVALID, FEATURES_WRONG_LENGTH,
 *   FEATURE_NOT_FINITE, FEATURE_MISSING: nothing of the call is taken then
 */
export function pairRequests({ request, response }: Pair, spec: ModelSpec): InferenceRequest[] {
  const { callId, model, time } = request.value;
  const rows = requestRows(request.value.body, spec);
  const { answers, version } = responseAnswers(response.value.body, spec);
  if (answers.length !== rows.length)
    throw new DriftloopError(
      'PAYLOAD_INVALID',
      `The request has ${rows.length} rows and the response ${answers.length} answers.`,
    );
  return rows.map((columns, row) => {
    const answer = {
      ...answers[row],
      outputs: answers[row]?.outputs ?? NONE,
      version: version || response.value.version,
    };
    const read = incumbentAnswerOf(answer, spec);
    if ('code' in read) throw new DriftloopError(read.code, `Row ${row}: ${read.reason}`);
    return {
      requestId: rows.length === 1 ? callId : `${callId}/${row}`,
      model,
      eventTime: time >= 0 ? time : request.timestamp,
      ...columns,
      answer,
    };
  });
}

const NONE = new Float32Array();
