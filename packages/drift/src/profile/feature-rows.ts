import type { LabelledRows } from '@driftloop/spec';
import type { Block } from './dispersion.ts';

/** The rows of a reference, and where a feature's first number lies in them. */
export interface FeatureRows extends Pick<LabelledRows, 'rows' | 'width' | 'features' | 'texts'> {
  readonly at: number;
}

/**
 * Blocks of a reference as blocks of those of its rows that have a value.
 *
 * @param rows which rows these are, ascending
 */
export function presentBlocks(blocks: readonly Block[], rows: readonly number[]): Block[] {
  return blocks
    .map(({ from, to }) => ({ from: rowsBefore(rows, from), to: rowsBefore(rows, to) }))
    .filter(({ from, to }) => to > from);
}

/** How many of ascending rows lie before one. */
function rowsBefore(rows: readonly number[], row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
