/** Fractional bits of {@link logMagnitude}. */
export const LOG_BITS = 7;

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);
/** log2 of the middle of each 128th of an octave, in 128ths. */
const FRACTIONS = Uint8Array.from({ length: 128 }, (_, i) =>
  Math.round(128 * Math.log2(1 + (i + 0.5) / 128)),
);

/**
 * log2 of a finite number's magnitude in 128ths, to within 0.01, from the bits of its float32: a
 * whole number, the same everywhere. 0 and denormal numbers give -127 to -126 octaves.
 */
export function logMagnitude(value: number): number {
  FLOAT[0] = value;
  const upper = (BITS[0] as number) >>> 16;
  return ((((upper >>> 7) & 0xff) - 127) << LOG_BITS) + (FRACTIONS[upper & 0x7f] as number);
}
