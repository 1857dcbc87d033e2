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
  let hash = 0x9e3779b9 | 0;
  for (let slot = 0; slot < isText.length; slot++) {
    const value = features[offset + slot] ?? Number.NaN;
    if (isText[slot] === 1 && Number.isFinite(value)) {
      hash = textHash(texts[value] ?? '', hash);
      continue;
    }
    FLOAT[0] = value + 0;
    // One multiplication a value: this is in the way of every row.
    hash = Math.imul(hash ^ (Number.isNaN(value) ? NOT_A_NUMBER : (BITS[0] as number)), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return mix32(hash);
}

/** FNV-1a over UTF-16 units, from a hash on. */
function textHash(text: string, from: number): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix32(hash) | 0;
}
