/**
 * Appends numbers and bytes to a buffer that grows. Integers are LEB128, so small ones take one
 * byte.
 */
export interface ByteWriter {
  /** One byte, 0 to 255. */
  byte(value: number): void;
  /** An integer from 0 to 2^53 - 1. */
  unsigned(value: number): void;
  /** An integer from -2^52 to 2^52, zigzag. */
  signed(value: number): void;
  /** Four bytes, little-endian. */
  float32(value: number): void;
  /** Eight bytes, little-endian. */
  float64(value: number): void;
  /** A copy of what was written. */
  bytes(): Uint8Array;
}

/** Creates an empty writer. */
export function createByteWriter(capacity = 256): ByteWriter {
  let buffer = new Uint8Array(capacity);
  let view = new DataView(buffer.buffer);
  let length = 0;
  const reserve = (count: number): void => {
    if (length + count <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + count));
    grown.set(buffer);
    buffer = grown;
    view = new DataView(buffer.buffer);
  };
  const unsigned = (value: number): void => {
    reserve(8);
    let rest = value;
    while (rest >= 128) {
      // Division, not shifts: integers go beyond 32 bits.
      const high = Math.floor(rest / 128);
      buffer[length++] = rest - high * 128 + 128;
      rest = high;
    }
    buffer[length++] = rest;
  };
  return {
    byte(value) {
      reserve(1);
      buffer[length++] = value;
    },
    unsigned,
    signed(value) {
      unsigned(value < 0 ? -2 * value - 1 : 2 * value);
    },
    float32(value) {
      reserve(4);
      view.setFloat32(length, value, true);
      length += 4;
    },
    float64(value) {
      reserve(8);
      view.setFloat64(length, value, true);
      length += 8;
    },
    bytes: () => buffer.slice(0, length),
  };
}
