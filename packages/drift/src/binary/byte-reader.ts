import { DriftloopError } from '@driftloop/errors';

/**
 * Reads what a ByteWriter wrote, in the same order. DATA_INVALID past the end, for an integer that
 * no writer writes, and for a count of more than can follow.
 */
export interface ByteReader {
  byte(): number;
  /** An integer from 0 to 2^53 - 1. */
  unsigned(): number;
  /** How many things follow, each of one byte at least. */
  count(): number;
  signed(): number;
  float32(): number;
  float64(): number;
  /** Goes on at another place, from 0 to the number of bytes. */
  goTo(place: number): void;
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
      if (value > Number.MAX_SAFE_INTEGER) {
        throw new DriftloopError(
          'DATA_INVALID',
          'A sketch holds an integer beyond 2^53: it is damaged or of another format.',
        );
      }
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  const remaining = () => bytes.length - position;
  return {
    byte: () => bytes[take(1)] ?? 0,
    unsigned,
    count() {
      const count = unsigned();
      if (count <= remaining()) return count;
      throw new DriftloopError(
        'DATA_INVALID',
        `A sketch says that ${count} things follow, and has ${remaining()} bytes left: it is cut off or of another format.`,
      );
    },
    signed() {
      const value = unsigned();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    float32: () => view.getFloat32(take(4), true),
    float64: () => view.getFloat64(take(8), true),
    goTo(place) {
      position = place;
    },
    remaining,
  };
}
