import { mix32 } from './mix32.ts';

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);
/** Every NaN counts as the same. */
const NOT_A_NUMBER = 0x7fc00000;

/**
 * Hash of a whole row: equal rows have the same, -0 is 0.
 *
 * @param isText per slot whether it holds a place in `texts`
 */
export function rowHash(
  features: ArrayLike<number>,
  offset: number,
  texts: readonly string[],
  isText: Uint8Array,
): number {
  let hash = 0x9e3779b9;
  for (let slot = 0; slot < isText.length; slot++) {
    const value = features[offset + slot] ?? Number.NaN;
    if (isText[slot] === 1 && Number.isFinite(value)) {
      const text = texts[value] ?? '';
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      hash = mix32(hash);
      continue;
    }
    FLOAT[0] = value + 0;
    hash = mix32(Math.imul(hash, 31) ^ (Number.isNaN(value) ? NOT_A_NUMBER : (BITS[0] as number)));
  }
  return hash;
}

const SLOPE = 0.344;

/**
 * log2 of a number's magnitude to within 0.01, from the bits of its float32: the same everywhere,
 * and cheap. A number that is 0 or denormal gives -127.
 */
export function logMagnitude(value: number): number {
  FLOAT[0] = value;
  const bits = (BITS[0] as number) & 0x7fffffff;
  const exponent = bits >>> 23;
  if (exponent === 0) return -127;
  const mantissa = (bits & 0x7fffff) / 0x800000;
  return exponent - 127 + mantissa + SLOPE * mantissa * (1 - mantissa);
}
