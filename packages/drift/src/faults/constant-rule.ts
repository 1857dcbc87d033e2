import { isMeasured } from '../layout/input-layout.ts';
import { type Fault, named, percent } from './fault.ts';
import { type Column, isQuantity, shareOf } from './fault-window.ts';
import { ONE_VALUE } from './magnitudes.ts';

/** Rows below which nothing is said of a column. */
const LEAST_ROWS = 30;
/** Share of the rows that a value has to have for the column to stand still. */
const STILL = 0.95;
/** Share of the rows that a value had in no block of the reference. */
const MOST_BEFORE = 0.6;
/** Spread in the layout's unit that fixed point leaves of a single value. */
const ONE_POINT = 0.02;

/**
 * Columns that stand still: one value has all the rows, which in no block of the reference it had.
 */
export function constantColumns(columns: readonly Column[]): Fault[] {
  const found = columns.filter((column) => column.values >= LEAST_ROWS && isStill(column));
  if (found.length === 0) return [];
  const names = found.map(({ layout }) => layout.name);
  const share = Math.min(...found.map(largestShare));
  const text = `${named(names)} ${names.length > 1 ? 'stand' : 'stands'} still: ${percent(share)} of the rows have one value`;
  return [{ columns: names, share, text }];
}

function isStill(column: Column): boolean {
  const { layout, reference } = column;
  // Of a code with few values one may be all there is for a while.
  if (layout.kind !== 'categorical' && !isQuantity(column)) return false;
  const isMoving = reference.blocks !== undefined && reference.blocks.largest <= MOST_BEFORE;
  return isMoving && largestShare(column) >= STILL && isOneValue(column);
}

/**
 * Of values within one bin of the reference the spread says whether they are one value; that of
 * their magnitudes where the bin does not say how large they are.
 */
function isOneValue({ layout, magnitudes, std, values }: Column): boolean {
  if (!isMeasured(layout) || !magnitudes) return true;
  const { count, zeros, std: spread } = magnitudes.loose;
  if (count + zeros < STILL * values) return std < ONE_POINT;
  return zeros > 0.9 * (count + zeros) || spread < ONE_VALUE;
}

/** Of categories that the reference lacks several share a bin: they are no single value. */
function largestShare({ layout, now, values }: Column): number {
  const known = layout.kind === 'categorical' ? now.slice(0, layout.categories.length) : now;
  return shareOf(Math.max(0, ...known), values);
}
