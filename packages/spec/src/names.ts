import type { Refusal } from '@driftloop/errors';

/**
 * Most bytes of UTF-8 that a request id may have: 256 characters of any script, as many as the
 * gateway takes. An answer has the id as its key and in its value, and is to fit into a record.
 */
export const MOST_REQUEST_ID_BYTES = 1_024;

/**
 * Most bytes of UTF-8 that the name of a model may have, which becomes record keys, file names and
 * URL parts. None is registered under a longer one.
 */
export const MOST_MODEL_NAME_BYTES = 100;

/** Characters of a text that is too long to be quoted whole. */
const MOST_QUOTED = 100;

/** Whether a text can be the id of a request; asked for every request and every label. */
export function isRequestId(id: string): boolean {
  return hasAtMost(id, MOST_REQUEST_ID_BYTES);
}

/** Whether a model can have this name, by its length. */
export function isModelName(name: string): boolean {
  return hasAtMost(name, MOST_MODEL_NAME_BYTES);
}

/** Why a request, or a label, is refused for its id, if it is. */
export function requestIdRefusal(id: string): Refusal | undefined {
  if (isRequestId(id)) return undefined;
  return {
    code: 'REQUEST_ID_TOO_LONG',
    reason: `The request id '${beginningOf(id)}' has ${bytesOf(id)} bytes of UTF-8; at most ${MOST_REQUEST_ID_BYTES} are taken. Send the request and its label under a shorter id.`,
  };
}

/** A text to quote: of a long one the beginning. */
export function beginningOf(text: string): string {
  return text.length <= MOST_QUOTED ? text : `${text.slice(0, MOST_QUOTED).toWellFormed()}...`;
}

/** A UTF-16 unit has 1 to 3 bytes: most texts need not be looked at. */
function hasAtMost(text: string, bytes: number): boolean {
  if (3 * text.length <= bytes) return true;
  return text.length <= bytes && bytesOf(text) <= bytes;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
