import { mix32 } from './mix32.ts';

/** Up to so many categories a search from the front is quicker than a hash. */
const FEW = 16;

/**
 * The bin of a category: its place among those of the layout, or after them, by hash, one of the
 * bins of all others.
 */
export type CategoryIndex = (value: number) => number;

/** Creates the index of a feature's categories, of which long tails have tens of thousands. */
export function createCategoryIndex(categories: readonly number[], others = 1): CategoryIndex {
  const first = categories.length;
  if (first <= FEW) {
    return (value) => {
      const known = categories.indexOf(value);
      return known < 0 ? first + otherBin(value, others) : known;
    };
  }
  const bins = new Map(categories.map((category, bin) => [category, bin]));
  return (value) => bins.get(value) ?? first + otherBin(value, others);
}

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

/** Which of `count` bins a category belongs to when the layout has it not. */
export function otherBin(value: number, count: number): number {
  if (count === 1) return 0;
  FLOAT[0] = value;
  return mix32(BITS[0] ?? 0) % count;
}
