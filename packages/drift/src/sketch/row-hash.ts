import { slotsOf } from '@driftloop/spec';
import { type FeatureLayout, valueBinsOf } from '../layout/input-layout.ts';
import { mix32 } from './mix32.ts';

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);
/** Bits of a number beyond these are of a NaN: all NaN count as the same. */
const INFINITE = 0x7f800000;
const NOT_A_NUMBER = 0x7fc00000;

/** Columns that tell rows apart: more would cost every row, and hardly add. */
const MOST_COLUMNS = 8;

/** Where the numbers of a row are that it is told by, and where its texts. */
export interface RowSlots {
  readonly numbers: Int32Array;
  /** Slots that hold a place in the row's texts. */
  readonly texts: Int32Array;
}

/** The slots that rows with these features are told by: the columns with the most bins. */
export function rowSlotsOf(features: readonly FeatureLayout[]): RowSlots {
  const { starts } = slotsOf(features);
  const chosen = features
    .map((feature, i) => ({ feature, slot: starts[i] ?? 0 }))
    .sort((a, b) => valueBinsOf(b.feature) - valueBinsOf(a.feature) || a.slot - b.slot)
    .slice(0, MOST_COLUMNS);
  const slots = (isText: boolean): Int32Array =>
    Int32Array.from(
      chosen.filter(({ feature }) => (feature.kind === 'text') === isText),
      ({ slot }) => slot,
    );
  return { numbers: slots(false), texts: slots(true) };
}

/**
 * Hash of a row: equal rows have the same, -0 is 0. How often different rows are the same by it the
 * reference says, see ReferenceProfile.sameRows. Of an embedding its first number counts.
 */
export function rowHash(
  row: Float32Array,
  offset: number,
  texts: readonly string[],
  slots: RowSlots,
): number {
  const { numbers, texts: places } = slots;
  // This is in the way of every row: two numbers at a time do not wait for each other.
  let even = 0x9e3779b9 | 0;
  let odd = 0x7f4a7c15;
  const { length } = numbers;
  for (let i = 0; i + 1 < length; i += 2) {
    even = stepOf(even, row[offset + (numbers[i] as number)] as number);
    odd = stepOf(odd, row[offset + (numbers[i + 1] as number)] as number);
  }
  if (length % 2 === 1) even = stepOf(even, row[offset + (numbers[length - 1] as number)] as number);
  let hash = even ^ mix32(odd);
  for (const place of places) {
    const text = texts[row[offset + place] as number];
    hash = text === undefined ? mix32(hash ^ NOT_A_NUMBER) : textHash(text, hash);
  }
  return mix32(hash);
}

function stepOf(hash: number, value: number): number {
  FLOAT[0] = value + 0;
  const bits = BITS[0] as number;
  const mixed = Math.imul(hash ^ ((bits & 0x7fffffff) > INFINITE ? NOT_A_NUMBER : bits), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** FNV-1a over UTF-16 units, from a hash on. */
function textHash(text: string, from: number): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix32(hash);
}
