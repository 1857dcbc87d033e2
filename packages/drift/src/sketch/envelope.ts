import { createByteReader } from '../binary/byte-reader.ts';
import { createByteWriter } from '../binary/byte-writer.ts';

/**
 * Puts the window's length before a sketch: a spec may change it while older sketches are on their
 * way.
 */
export function wrapSketch(lengthMs: number, sketch: Uint8Array): Uint8Array {
  const writer = createByteWriter(16);
  writer.unsigned(lengthMs);
  const header = writer.bytes();
  const bytes = new Uint8Array(header.length + sketch.length);
  bytes.set(header);
  bytes.set(sketch, header.length);
  return bytes;
}

/** Takes the length off again. */
export function unwrapSketch(wrapped: Uint8Array): { lengthMs: number; bytes: Uint8Array } {
  const reader = createByteReader(wrapped);
  const lengthMs = reader.unsigned();
  return { lengthMs, bytes: wrapped.subarray(wrapped.length - reader.remaining()) };
}
