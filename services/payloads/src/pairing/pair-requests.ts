import { callRequests } from '@driftloop/payloads';
import type { InferenceRequest, ModelSpec } from '@driftloop/schemas';
import type { Pair } from './pairing.ts';

/**
 * The requests that a pair comes to.
 *
 * @throws DriftloopError as `callRequests`
 */
export function pairRequests({ request, response }: Pair, spec: ModelSpec): InferenceRequest[] {
  const { callId, time } = request.value;
  return callRequests(
    {
      callId,
      eventTime: time >= 0 ? time : request.timestamp,
      request: request.value.body,
      response: response.value.body,
      version: response.value.version,
    },
    spec,
  );
}
