import { isMeasured } from '../layout/input-layout.ts';
import { type Fault, named, percent } from './fault.ts';
import { type Column, chanceDistance, distanceBetween, shareOf, total } from './fault-window.ts';

/** Rows below which nothing is said of a column. */
const LEAST_ROWS = 30;
/** Share of the rows that a value has to have for the column to stand still. */
const STILL = 0.95;

/** Columns that stand still: one value has all the rows, which in the reference it had not. */
export function constantColumns(columns: readonly Column[]): Fault[] {
  const found = columns.filter((column) => column.values >= LEAST_ROWS && isStill(column));
  if (found.length === 0) return [];
  const names = found.map(({ layout }) => layout.name);
  const share = Math.min(...found.map(largestShare));
  const text = `${named(names)} ${names.length > 1 ? 'stand' : 'stands'} still: ${percent(share)} of the rows have one value`;
  return [{ columns: names, share, text }];
}

function isStill(column: Column): boolean {
  const { before, valuesBefore } = column;
  const largestBefore = shareOf(Math.max(0, ...before), valuesBefore);
  if (largestShare(column) < STILL || largestBefore > 0.6) return false;
  return isOneValue(column);
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

/** Spread in the layout's unit that fixed point leaves of a single value. */
const ONE_POINT = 0.02;

/** Spread of log2 of the magnitudes that rounding in the sketch leaves of a single value. */
const ONE_VALUE = 0.03;

/** Of categories that the reference lacks several share a bin: they are no single value. */
function largestShare({ layout, now, values }: Column): number {
  const known = layout.kind === 'categorical' ? now.slice(0, layout.categories.length) : now;
  return shareOf(Math.max(0, ...known), values);
}

/** Share from which on a value that many rows suddenly have counts. */
const LEAST_SHARE = 0.05;

/**
 * A value that stands for what is missing: a share of the rows has one value, taken from all others
 * alike, so that without it the column is as it was.
 */
export function placeholders(columns: readonly Column[]): Fault[] {
  return columns.flatMap((column): Fault[] => {
    const { layout, now, before, values, valuesBefore, reference } = column;
    if (layout.kind !== 'numeric' || values < LEAST_ROWS || valuesBefore === 0) return [];
    const excess = now.map((count, i) => shareOf(count, values) - shareOf(before[i] ?? 0, valuesBefore));
    const bin = excess.indexOf(Math.max(...excess));
    const share = excess[bin] ?? 0;
    const isOutside = bin === 0 || bin === now.length - 1;
    const beforeShare = shareOf(before[bin] ?? 0, valuesBefore);
    const noise = Math.sqrt((reference.dispersion * (beforeShare + 1 / values)) / values);
    if (share < Math.max(LEAST_SHARE, 6 * noise) || share >= STILL) return [];
    if (isOutside && !(isOneOutside(column) && isApart(column))) return [];
    const rest = (counts: readonly number[]): number[] => counts.map((count, i) => (i === bin ? 0 : count));
    const [left, leftBefore] = [rest(now), rest(before)];
    const limit = chanceDistance(total(left), total(leftBefore), reference.dispersion);
    if (distanceBetween(left, leftBefore) > limit) return [];
    const text = `${percent(share)} of ${layout.name} suddenly have one value, and the rest is as before: it seems to stand for what is missing`;
    return [{ columns: [layout.name], share, text }];
  });
}

/**
 * A narrow column that has moved is no single value: that one lies far off, or the column is wide.
 */
function isApart({ magnitudes, reference: { magnitude } }: Column): boolean {
  if (!magnitudes || !magnitude) return false;
  const { outside } = magnitudes;
  return outside.count === 0 || magnitude.std > 3 * ONE_VALUE || Math.abs(outside.mean - magnitude.mean) > 1;
}

/** A few rows outside the range are to be expected beside the one value. */
function isOneOutside({ magnitudes, reference: { magnitude }, values, valuesBefore }: Column): boolean {
  if (!magnitudes || !magnitude) return false;
  const { count, zeros, mean, std } = magnitudes.outside;
  const strays = 3 + (4 * values) / valuesBefore;
  if (zeros > 0) return count <= strays;
  const furthest = Math.abs(mean - magnitude.mean) + 3 * magnitude.std;
  return std <= ONE_VALUE + furthest * Math.sqrt(strays / count);
}

/** Columns whose values have become coarse: many bins of the reference get no row any more. */
export function roundedColumns(columns: readonly Column[]): Fault[] {
  const found = columns.flatMap((column) => {
    const { layout, now, before, values, valuesBefore } = column;
    if (layout.kind !== 'numeric' || values < 2 * LEAST_ROWS || valuesBefore === 0) return [];
    const expected = before.reduce(
      (sum, count) => sum + (count > 0 ? 1 - (1 - count / valuesBefore) ** values : 0),
      0,
    );
    const occupied = now.filter((count, i) => count > 0 && (before[i] ?? 0) > 0).length;
    const outside = shareOf(
      now.reduce((sum, count, i) => sum + ((before[i] ?? 0) > 0 ? 0 : count), 0),
      values,
    );
    const isCoarse = expected >= 16 && occupied >= 3 && occupied <= 0.55 * expected && outside <= 0.3;
    // Where values only moved together the bins between them are not empty.
    if (!isCoarse || holesBetween(now, before) < 0.4) return [];
    return distanceBetween(coarse(now, before), coarse(before, before)) <= 0.25
      ? [{ name: layout.name, share: 1 - occupied / expected }]
      : [];
  });
  if (found.length === 0) return [];
  const names = found.map(({ name }) => name);
  const text = `${named(names)} ${names.length > 1 ? 'have' : 'has'} lost digits: values between those that still come have vanished`;
  return [{ columns: names, share: Math.max(...found.map(({ share }) => share)), text }];
}

/** Share of the bins between the first and the last one with rows that have none. */
function holesBetween(now: readonly number[], before: readonly number[]): number {
  const used = now.flatMap((count, i) => (count > 0 && (before[i] ?? 0) > 0 ? [i] : []));
  const [from = 0, to = 0] = [used[0], used.at(-1)];
  const within = before.slice(from, to + 1).filter((count) => count > 0).length;
  return within > 0 ? 1 - used.length / within : 0;
}

/** Counts in eight bins of about as many rows of the reference each. */
function coarse(counts: readonly number[], before: readonly number[]): number[] {
  const all = total(before);
  const joined = new Array<number>(8).fill(0);
  let passed = 0;
  before.forEach((count, i) => {
    const bin = Math.min(7, Math.floor((8 * (passed + count / 2)) / all));
    joined[bin] = (joined[bin] ?? 0) + (counts[i] ?? 0);
    passed += count;
  });
  return joined;
}
