import { tracedCall } from '@driftloop/bus';
import { DriftloopError, isErrorCode } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { InferenceRequest } from '@driftloop/schemas';
import type { GivenAnswer, Outcome } from '../answers/answers.ts';
import { answerOverdue, ask } from '../answers/ask.ts';
import type { GatewayContext } from '../context.ts';
import { checkEventTime } from '../rows/event-time.ts';
import type { Tensor } from './datatypes.ts';
import { rowsOf } from './input-rows.ts';
import { outputTensors, selectOutputs } from './output-tensors.ts';
import { callParameters, type Parameters } from './parameters.ts';
import { requireServed } from './served-versions.ts';

/** A call of the protocol, however it came. */
export interface InferCall {
  readonly model: string;
  /** Empty or undefined for whoever is live. */
  readonly version?: string | undefined;
  readonly parameters: Parameters;
  readonly inputs: readonly Tensor[];
  /** Names of the outputs that are wanted; all where there are none. */
  readonly outputs: readonly string[];
  /** Deadline of the caller, ms from now. */
  readonly deadlineMs?: number | undefined;
  /** W3C `traceparent` of the caller. */
  readonly traceparent?: string | undefined;
}

/** What is answered to it. */
export interface InferResult {
  /** Version that answered the first row. */
  readonly version: string;
  /** `request_ids`, a JSON list; `versions`, those that answered, with commas. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: readonly Tensor[];
}

/** Longest time that a call may ask to be waited for, ms. */
const MOST_WAIT_MS = 60_000;

/**
 * Answers a call through Kafka: its rows are requests like any other's, and what is served is
 * monitored.
 *
 * @throws DriftloopError MODEL_UNKNOWN, MODEL_NOT_LIVE, VERSION_UNKNOWN, VERSION_NOT_LIVE,
 *   REQUEST_INVALID, FEATURES_WRONG_LENGTH, FEATURE_NOT_FINITE, FEATURE_MISSING, EVENT_TIME_AHEAD,
 *   ANSWER_OVERDUE, GATEWAY_STOPPING, KAFKA_UNAVAILABLE, and what a request was refused for
 */
export async function infer(call: InferCall, context: GatewayContext): Promise<InferResult> {
  const entry = requireModel(context.registry, call.model);
  requireServed(entry, call.version);
  const { spec } = entry;
  selectOutputs(call.outputs, spec);
  const rows = rowsOf(call.inputs, spec);
  const { requestIds, eventTimes, timeoutMs } = callParameters(call.parameters, rows.length);
  const now = context.now();
  const requests = rows.map((row, index): InferenceRequest => {
    const eventTime = (typeof eventTimes === 'object' ? eventTimes[index] : eventTimes) ?? now;
    checkEventTime(eventTime, now, spec.window);
    return { ...row, requestId: requestIds?.[index] ?? context.newId(), model: spec.model, eventTime };
  });
  const own = Math.min(timeoutMs ?? context.inferTimeoutMs, MOST_WAIT_MS);
  const withinMs = Math.min(own, call.deadlineMs ?? own);
  const outcomes = await tracedCall('POST infer', call.traceparent, (trace) =>
    ask(requests, withinMs, context, trace),
  );
  if (outcomes === undefined) throw answerOverdue(requests, withinMs);
  const answers = outcomes.map((outcome, index) => givenAnswer(outcome, requests[index]?.requestId ?? ''));
  return {
    version: String(answers[0]?.version ?? ''),
    parameters: {
      request_ids: JSON.stringify(requests.map(({ requestId }) => requestId)),
      versions: [...new Set(answers.map(({ version }) => version))].join(','),
    },
    outputs: outputTensors(answers, call.outputs, spec),
  };
}

/** @throws DriftloopError with the code of a refusal */
export function givenAnswer(outcome: Outcome, requestId: string): GivenAnswer {
  if (outcome.type === 'answered') return outcome.answer;
  const { code, reason } = outcome;
  throw new DriftloopError(
    isErrorCode(code) ? code : 'INTERNAL',
    `Request '${requestId}' was refused (${code}): ${reason}`,
  );
}
