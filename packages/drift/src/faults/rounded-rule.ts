import { distanceBetween, occupancy } from '../profile/block-extremes.ts';
import { type Fault, named } from './fault.ts';
import { type Column, isQuantity, shareOf, total } from './fault-window.ts';

/** Rows below which nothing is said of a column. */
const LEAST_ROWS = 60;
/** Values of the reference below which lost digits cannot be told from what is usual. */
const LEAST_VALUES = 24;
/** Part of the bins that any block of the reference has rows in, at most. */
const COARSE = 0.4;
/** Share of the bins between the rows that are empty, at least. */
const LEAST_HOLES = 0.5;
/** Most that the column may lie from the reference where the digits do not count. */
const NEAR = 0.3;
/** Or times as far as any block of it. */
const SOME_MORE = 1.5;

/**
 * Columns whose values have become coarse: most of the bins that each block of the reference has
 * rows in get none any more, all over the range, while the column as a whole lies where it was.
 */
export function roundedColumns(columns: readonly Column[]): Fault[] {
  const found = columns.flatMap((column) => {
    const { layout, now, before, values, reference } = column;
    const used = before.filter((count) => count > 0).length;
    if (!isQuantity(column) || values < LEAST_ROWS || used < LEAST_VALUES) return [];
    const part = occupancy(now, before, values) / Math.max(1e-9, reference.blocks?.occupied ?? 0);
    const occupied = now.filter((count) => count > 0).length;
    const outside = shareOf(
      now.reduce((sum, count, i) => sum + ((before[i] ?? 0) > 0 ? 0 : count), 0),
      values,
    );
    if (occupied < 3 || part > COARSE || outside > 0.3 || holesBetween(now, before) < LEAST_HOLES) return [];
    const near = Math.max(NEAR, SOME_MORE * (reference.blocks?.distance ?? 0));
    return distanceBetween(coarse(now, before), coarse(before, before)) <= near
      ? [{ name: layout.name, share: 1 - part }]
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
