import { isUtf8 } from 'node:buffer';
import type { RawRecord } from '../protocol/raw-record.ts';
import { type InternalType, type InvalidHook, type Reader, StringType, type Tap } from './avsc-internals.ts';

/** What a decoder puts in the place of bytes that are no text. */
const REPLACEMENT = '\uFFFD';

/**
 * `string` that is text: what is not valid UTF-8, or has half a surrogate pair, is an error. avsc
 * would replace it, and two ids would become one.
 */
export class TextType extends StringType {
  override _check(value: unknown, _flags?: unknown, hook?: InvalidHook): boolean {
    const valid = typeof value === 'string' && value.isWellFormed();
    if (!valid) hook?.(value, this);
    return valid;
  }

  override _read(tap: Tap): string {
    return readText(tap);
  }

  override _write(tap: Tap, value: unknown): void {
    if (typeof value !== 'string') throw new TypeError('invalid "string"');
    requireText(value, 'a string');
    super._write(tap, value);
  }

  override _update(resolver: Partial<Reader>, writer: InternalType): void {
    // Bytes on the wire look like a string.
    if (writer.typeName === 'string' || writer.typeName === 'bytes') resolver._read = readText;
  }
}

/** Something is to be text and is not. */
export class NotTextError extends RangeError {}

/** Reads a string. @throws NotTextError if it is not valid UTF-8 */
export function readText(tap: Tap): string {
  const start = tap.pos;
  const text = tap.readString();
  // The character itself is text, too: the bytes say whether it stood there.
  if (text?.includes(REPLACEMENT)) {
    const end = tap.pos;
    tap.pos = start;
    tap.readLong();
    requireUtf8(tap.buf.subarray(tap.pos, end), 'a string');
    tap.pos = end;
  }
  return text;
}

/** @throws NotTextError if bytes are not valid UTF-8 */
function requireUtf8(bytes: Uint8Array, what: string): void {
  if (!isUtf8(bytes)) throw new NotTextError(`${what} is not valid UTF-8`);
}

/** @throws NotTextError if a text cannot be written as UTF-8 */
export function requireText(text: string, what: string): void {
  if (!text.isWellFormed()) throw new NotTextError(`${what} has half a surrogate pair`);
}

/** Reads a record's key as text. @throws NotTextError if it is not valid UTF-8 */
export function keyTextOf(record: RawRecord): string {
  const { keyText } = record;
  if (keyText.includes(REPLACEMENT)) requireUtf8(record.key ?? new Uint8Array(), 'the key');
  return keyText;
}
