import { DriftloopError } from '@driftloop/errors';

/** A JSON object, as a body of every protocol is. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws DriftloopError PAYLOAD_INVALID */
export function parseBody(body: Uint8Array, what: 'request' | 'response'): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalid(what, 'is not JSON');
  }
  if (isObject(parsed)) return parsed;
  throw invalid(what, 'is not an object');
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A body that is not one of its protocol's. @param problem rest of a sentence */
export function invalid(what: 'request' | 'response', problem: string): DriftloopError {
  return new DriftloopError('PAYLOAD_INVALID', `The body of the ${what} ${problem}.`);
}
