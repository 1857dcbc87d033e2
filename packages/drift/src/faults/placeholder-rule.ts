import { distanceBetween } from '../profile/block-extremes.ts';
import { type Fault, percent } from './fault.ts';
import { type Column, chanceDistance, isQuantity, outsideBefore, shareOf, total } from './fault-window.ts';
import { isOneValue, ONE_VALUE } from './magnitudes.ts';

/** Rows below which nothing is said of a column. */
const LEAST_ROWS = 30;
/** Share of the rows from which on a value counts, and from which on the column stands still. */
const LEAST_SHARE = 0.05;
const STILL = 0.95;
/** Times as far as any block of the reference that the other rows may lie from it, and the most. */
const SOME_MORE = 1.5;
const NEAR = 0.6;
/** Rows outside the range beside a value of 0. */
const MOST_STRAYS = 2;
/** Spreads of the reference's magnitudes from which on a value is none that it could have. */
const FAR = 4;

/**
 * A value that stands for what is missing: a share of the rows has one value far outside the
 * reference's range, taken from all others alike, so that without it the column is as it was. A
 * value within the range is none: real columns come to rest at values they know.
 */
export function placeholders(columns: readonly Column[]): Fault[] {
  return columns.flatMap((column): Fault[] => {
    const { layout, now, before, values, reference } = column;
    if (!isQuantity(column) || values < LEAST_ROWS || outsideBefore(column) > 0) return [];
    const outside = [0, now.length - 1];
    const bin = (now[0] ?? 0) > (now.at(-1) ?? 0) ? 0 : now.length - 1;
    const share = shareOf(now[bin] ?? 0, values);
    if (share < LEAST_SHARE || share >= STILL || !isOneOutside(column) || !isFar(column, bin === 0))
      return [];
    const [left, leftBefore] = [now, before].map((counts) =>
      counts.map((count, i) => (outside.includes(i) ? 0 : count)),
    ) as [number[], number[]];
    const chance = chanceDistance(total(left), total(leftBefore), reference.dispersion);
    const near = Math.min(NEAR, Math.max(chance, SOME_MORE * (reference.blocks?.distance ?? 0)));
    if (distanceBetween(left, leftBefore) > near) return [];
    const text = `${percent(share)} of ${layout.name} suddenly have one value, and the rest is as before: it seems to stand for what is missing`;
    return [{ columns: [layout.name], share, text }];
  });
}

/** Zero where there was none, a sign that there was not, or another order of magnitude. */
function isFar({ layout, magnitudes, reference: { magnitude } }: Column, isBelow: boolean): boolean {
  if (!magnitudes || !magnitude || layout.kind !== 'numeric') return false;
  const { outside } = magnitudes;
  if (outside.zeros > 0) return true;
  const [lowest = 0] = layout.edges;
  // Below a range of positive numbers and yet larger than its smallest: a negative number.
  if (isBelow && lowest > 0 && outside.mean > Math.log2(lowest) + ONE_VALUE) return true;
  return Math.abs(outside.mean - magnitude.mean) > Math.max(1, FAR * magnitude.std);
}

/** A row or two outside the range are to be expected beside the value. */
function isOneOutside({ magnitudes }: Column): boolean {
  if (!magnitudes) return false;
  const { outside } = magnitudes;
  return outside.zeros > 0 ? outside.count <= MOST_STRAYS : isOneValue(outside);
}
