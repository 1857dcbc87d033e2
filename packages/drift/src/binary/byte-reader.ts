import { DriftloopError } from '@driftloop/errors';

/** Reads what a ByteWriter wrote, in the same order. Reading past the end is DATA_INVALID. */
export interface ByteReader {
  byte(): number;
  unsigned(): number;
  signed(): number;
  float32(): number;
  float64(): number;
  /** Bytes not read yet. */
  remaining(): number;
}

/** Creates a reader at the first byte. */
export function createByteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  const take = (count: number): number => {
    const at = position;
    if (at + count > bytes.length) {
      throw new DriftloopError(
        'DATA_INVALID',
        `A sketch ends after ${bytes.length} bytes where more were expected: it is cut off or of another format.`,
      );
    }
    position += count;
    return at;
  };
  const unsigned = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[take(1)] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  return {
    byte: () => bytes[take(1)] ?? 0,
    unsigned,
    signed() {
      const value = unsigned();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    float32: () => view.getFloat32(take(4), true),
    float64: () => view.getFloat64(take(8), true),
    remaining: () => bytes.length - position,
  };
}
