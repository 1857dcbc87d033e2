import { DriftloopError } from '@driftloop/errors';
import type { InferenceRequest, ModelSpec } from '@driftloop/schemas';
import { incumbentAnswerOf, requestIdRefusal } from '@driftloop/spec';
import { requestRows } from './bodies/request-rows.ts';
import { responseAnswers } from './bodies/response-answers.ts';

/** A call that a system beside driftloop has answered. */
export interface Call {
  /** Id of the call; the ids of its requests begin with it. */
  readonly callId: string;
  /** When it was made, epoch milliseconds. */
  readonly eventTime: number;
  /** Bodies as they were sent: JSON. */
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  /** Version that answered, where the response does not say; may be empty. */
  readonly version: string;
}

/**
 * The requests that a call comes to, each with the answer that was given to it: one with the call's
 * id, or for several rows `id/0`, `id/1`, …, all at the time of the call. Pure.
 *
 * @throws DriftloopError PAYLOAD_INVALID, ANSWER_INVALID, FEATURES_WRONG_LENGTH,
 *   FEATURE_NOT_FINITE, FEATURE_MISSING, REQUEST_ID_TOO_LONG: nothing of the call is taken then
 */
export function callRequests(call: Call, spec: ModelSpec): InferenceRequest[] {
  const { callId, eventTime } = call;
  const rows = requestRows(call.request, spec);
  const { answers, version } = responseAnswers(call.response, spec);
  if (answers.length !== rows.length)
    throw new DriftloopError(
      'PAYLOAD_INVALID',
      `The request has ${rows.length} rows and the response ${answers.length} answers.`,
    );
  if (version.length > MOST_VERSION_CHARACTERS)
    throw new DriftloopError(
      'PAYLOAD_INVALID',
      `The response has a model_version of ${version.length} characters; at most ${MOST_VERSION_CHARACTERS} are kept.`,
    );
  return answers.map((told, row) => {
    const answer = { ...told, version: version || call.version };
    const read = incumbentAnswerOf(answer, spec);
    if ('code' in read) throw new DriftloopError(read.code, `Row ${row}: ${read.reason}`);
    const requestId = rows.length === 1 ? callId : `${callId}/${row}`;
    const unnamed = requestIdRefusal(requestId);
    if (unnamed) throw new DriftloopError(unnamed.code, unnamed.reason);
    return {
      requestId,
      model: spec.model,
      eventTime,
      features: NONE,
      ...rows[row],
      answer,
    };
  });
}

const NONE = new Float32Array();
/** Each request of the call carries it. */
const MOST_VERSION_CHARACTERS = 256;
