import type { ByteReader } from './byte-reader.ts';

/** The header that W3C Trace Context puts on a message, and its length in version 00. */
const NAME = 'traceparent';
const VALUE = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const VALUE_BYTES = 55;

/** What a trace takes in a record beside the byte that says that there are no headers. */
export const TRACE_BYTES = 1 + NAME.length + 1 + VALUE_BYTES;

/**
 * Reads the trace that a record belongs to from its headers; undefined where it has none, or what
 * is none. Other headers are passed over.
 *
 * @param reader at the number of headers
 */
export function readTrace(reader: ByteReader): string | undefined {
  let trace: string | undefined;
  for (let left = reader.varint(); left > 0; left--) {
    const nameLength = reader.varint();
    const name = reader.bytes(nameLength);
    const valueLength = reader.varint();
    if (valueLength < 0) continue;
    const value = reader.bytes(valueLength);
    if (nameLength !== NAME.length || valueLength !== VALUE_BYTES) continue;
    if (name.toString('latin1') !== NAME) continue;
    const text = value.toString('latin1');
    if (VALUE.test(text)) trace = text;
  }
  return trace;
}

/** Whether a text is a trace that can be written. */
export function isTrace(text: string): boolean {
  return VALUE.test(text);
}

/** Writes the one header. @returns where it ends */
export function writeTrace(batch: Buffer, from: number, trace: string): number {
  let at = from;
  batch[at++] = 2; // one header, as a zigzag varint
  batch[at++] = NAME.length * 2;
  at += batch.write(NAME, at, 'latin1');
  batch[at++] = VALUE_BYTES * 2;
  return at + batch.write(trace, at, 'latin1');
}
