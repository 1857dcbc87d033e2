import { DriftloopError } from '@driftloop/errors';

/** A JSON object, as a body of every protocol is. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Deeper lists are no rows, and what walks them would run out of stack. */
const MOST_LEVELS = 64;
/** Half a surrogate pair as JSON.stringify writes it, and not behind an escaped backslash. */
const HALF_CHARACTER = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** @throws DriftloopError PAYLOAD_INVALID */
export function parseBody(body: Uint8Array, what: 'request' | 'response'): JsonObject {
  let parsed: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (levelsOf(text) <= MOST_LEVELS) parsed = JSON.parse(text);
  } catch {
    throw invalid(what, 'is not JSON');
  }
  if (parsed === undefined) throw invalid(what, `has lists in lists, more than ${MOST_LEVELS} deep`);
  if (/\\ud/i.test(text) && HALF_CHARACTER.test(JSON.stringify(parsed)))
    throw invalid(what, 'has half a character in a text (one of two \\u escapes), which cannot be kept');
  if (isObject(parsed)) return parsed;
  throw invalid(what, 'is not an object');
}

const [QUOTE, BACKSLASH, LIST, LIST_END, OBJECT, OBJECT_END] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** How deep brackets are nested at most, those in texts left out. */
function levelsOf(json: string): number {
  let levels = 0;
  let most = 0;
  for (let at = 0, inText = false; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (inText) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === LIST || code === OBJECT) most = Math.max(most, ++levels);
    else if (code === LIST_END || code === OBJECT_END) levels--;
  }
  return most;
}

/**
 * A cell or a name as text; undefined where it is a list or an object.
 */
export function scalarText(value: unknown): string | undefined {
  return typeof value === 'object' ? undefined : String(value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A body that is not one of its protocol's. @param problem rest of a sentence */
export function invalid(what: 'request' | 'response', problem: string): DriftloopError {
  return new DriftloopError('PAYLOAD_INVALID', `The body of the ${what} ${problem}.`);
}
