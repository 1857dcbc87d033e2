import type { Column } from '@driftloop/tables';
import { parseVector } from '../table/vector-cell.ts';

/** Fewer numbers in a list are rather a pair or a place than an embedding. */
const FEWEST_NUMBERS = 2;
/** Texts that are mostly different, and of so many words on average, are written by people. */
const FEWEST_WORDS = 3;
const FEWEST_TEXTS = 20;

/**
 * How many numbers the lists of a column have; 0 where it holds something else, or lists of several
 * lengths.
 */
export function vectorSize(column: Column, rows: number): number {
  if (column.kind !== 'nested' && column.kind !== 'text') return 0;
  let size = 0;
  for (let row = 0; row < rows; row++) {
    const text = column.text(row);
    if (text === undefined) continue;
    // What people write may be numbers too; a list says that it is one.
    const vector = text.startsWith('[') ? parseVector(text) : undefined;
    if (vector === undefined || (size > 0 && vector.length !== size)) return 0;
    size = vector.length;
  }
  return size < FEWEST_NUMBERS ? 0 : size;
}

/** Whether a column holds sentences: many different texts, of several words each. */
export function isFreeText(column: Column, rows: number): boolean {
  if (column.kind !== 'text') return false;
  const different = new Set<string>();
  let words = 0;
  let present = 0;
  for (let row = 0; row < rows; row++) {
    const text = column.text(row);
    if (text === undefined) continue;
    present++;
    different.add(text);
    words += text.split(/\s+/).length;
  }
  return different.size >= FEWEST_TEXTS && different.size > present / 2 && words >= FEWEST_WORDS * present;
}
