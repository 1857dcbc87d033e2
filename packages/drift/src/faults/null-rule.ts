import { type Fault, named, percent } from './fault.ts';
import { type Column, shareOf } from './fault-window.ts';

/** Rows below which nothing is said. */
const LEAST_ROWS = 30;
/** Share of the rows by which missing ones have to be more. */
const LEAST_SHARE = 0.02;

/**
 * Columns that lack their values more often than they did; those that lack as many are one fault.
 */
export function missingColumns(columns: readonly Column[], n: number): Fault[] {
  if (n < LEAST_ROWS) return [];
  const found = columns.flatMap((column) => {
    const { missing, missingBefore, valuesBefore, reference } = column;
    const known = valuesBefore / Math.max(1e-9, 1 - missingBefore);
    const pooled = shareOf(missing * n + missingBefore * known + 1, n + known + 2);
    const noise = Math.sqrt(reference.dispersion * pooled * (1 - pooled) * (1 / n + 1 / Math.max(1, known)));
    const more = missing - missingBefore;
    const least = Math.max(LEAST_SHARE, 5 * noise, 2 * (reference.blocks?.missing ?? 0));
    return more >= least ? [{ name: column.layout.name, more }] : [];
  });
  const groups: { name: string; more: number }[][] = [];
  for (const one of found.sort((a, b) => b.more - a.more)) {
    const like = groups.find(([first]) => first && Math.abs(first.more - one.more) <= 0.05);
    if (like) like.push(one);
    else groups.push([one]);
  }
  return groups.map((group): Fault => {
    const columnNames = group.map(({ name }) => name);
    const share = Math.max(...group.map(({ more }) => more));
    const lack = columnNames.length > 1 ? 'lack' : 'lacks';
    return {
      columns: columnNames,
      share,
      text: `${named(columnNames)} ${lack} ${percent(share)} more values than in the reference`,
    };
  });
}
