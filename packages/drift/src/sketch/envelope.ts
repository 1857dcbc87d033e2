import { createByteReader } from '../binary/byte-reader.ts';
import { writeUnsigned } from '../binary/unsigned.ts';

/**
 * Puts the window's length before a sketch: a spec may change it while older sketches are on their
 * way.
 */
export function wrapSketch(lengthMs: number, sketch: Uint8Array): Uint8Array {
  const length = writeUnsigned(HEADER, 0, lengthMs);
  const bytes = new Uint8Array(length + sketch.length);
  for (let i = 0; i < length; i++) bytes[i] = HEADER[i] as number;
  bytes.set(sketch, length);
  return bytes;
}

const HEADER = new Uint8Array(16);

/** Takes the length off again. */
export function unwrapSketch(wrapped: Uint8Array): { lengthMs: number; bytes: Uint8Array } {
  const reader = createByteReader(wrapped);
  const lengthMs = reader.unsigned();
  return { lengthMs, bytes: wrapped.subarray(wrapped.length - reader.remaining()) };
}
