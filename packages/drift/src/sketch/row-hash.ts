import { slotsOf } from '@driftloop/spec';
import type { FeatureLayout } from '../layout/input-layout.ts';
import { mix32 } from './mix32.ts';

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);
/** Bits of a number beyond these are of a NaN: all NaN count as the same. */
const INFINITE = 0x7f800000;
const NOT_A_NUMBER = 0x7fc00000;

/** Where a row's numbers are, and where its texts. */
export interface RowSlots {
  readonly numbers: Int32Array;
  /** Slots that hold a place in the row's texts. */
  readonly texts: Int32Array;
}

/** The slots of rows with these features. */
export function rowSlotsOf(features: readonly FeatureLayout[]): RowSlots {
  const { width, texts, starts } = slotsOf(features);
  const places = texts.map((feature) => starts[feature] ?? 0);
  const numbers = Array.from({ length: width }, (_, slot) => slot).filter((slot) => !places.includes(slot));
  return { numbers: Int32Array.from(numbers), texts: Int32Array.from(places) };
}

/** Hash of a whole row: equal rows have the same, -0 is 0. */
export function rowHash(
  row: Float32Array,
  offset: number,
  texts: readonly string[],
  slots: RowSlots,
): number {
  const { numbers, texts: places } = slots;
  let hash = 0x9e3779b9 | 0;
  // One multiplication a number: this is in the way of every row.
  for (let i = 0; i < numbers.length; i++) {
    FLOAT[0] = (row[offset + (numbers[i] as number)] as number) + 0;
    const bits = BITS[0] as number;
    hash = Math.imul(hash ^ ((bits & 0x7fffffff) > INFINITE ? NOT_A_NUMBER : bits), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  for (const place of places) {
    const text = texts[row[offset + place] as number];
    hash = text === undefined ? mix32(hash ^ NOT_A_NUMBER) : textHash(text, hash);
  }
  return mix32(hash);
}

/** FNV-1a over UTF-16 units, from a hash on. */
function textHash(text: string, from: number): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix32(hash);
}
