import { type InvalidHook, LongType, type Tap } from './avsc-internals.ts';

/**
 * Zigzag puts the sign into the lowest bit; the 28 bits of the first four bytes fit into an int32.
 */
const LOW_BITS = 27;
const LOW = 2 ** LOW_BITS;
const MAX_BYTES = 10;

/**
 * `long` as a number, exact for every safe integer. avsc's own is exact to 2^52 only: it doubles
 * values before it takes them apart.
 */
export class SafeLongType extends LongType {
  override _check(value: unknown, _flags?: unknown, hook?: InvalidHook): boolean {
    const valid = Number.isSafeInteger(value);
    if (!valid) hook?.(value, this);
    return valid;
  }

  override _read(tap: Tap): number {
    const { buf } = tap;
    let low = 0;
    for (let shift = 0; shift <= LOW_BITS; shift += 7) {
      const byte = buf[tap.pos++] ?? 0;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    let high = 0;
    let factor = 1;
    for (let bytes = 4; bytes < MAX_BYTES; bytes++) {
      const byte = buf[tap.pos++] ?? 0;
      high += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) {
        const size = high * LOW + (low >>> 1);
        const value = low & 1 ? -size - 1 : size;
        if (!Number.isSafeInteger(value)) throw new RangeError('a long beyond 2^53');
        return value;
      }
    }
    throw new RangeError('a long of more than ten bytes');
  }

  override _write(tap: Tap, value: unknown): void {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw new TypeError(`invalid "long": ${String(value)}`);
    }
    const size = value < 0 ? -value - 1 : value;
    let low = (size % LOW) * 2 + (value < 0 ? 1 : 0);
    let high = Math.floor(size / LOW);
    const { buf } = tap;
    for (let shift = 0; shift <= LOW_BITS; shift += 7) {
      const more = low > 0x7f || high > 0;
      buf[tap.pos++] = (low & 0x7f) | (more ? 0x80 : 0);
      low >>>= 7;
      if (!more) return;
    }
    for (; high > 0x7f; high = Math.floor(high / 128)) buf[tap.pos++] = (high % 128) | 0x80;
    buf[tap.pos++] = high;
  }
}
