import type { CategoricalLayout } from '../layout/input-layout.ts';
import { type Fault, percent } from './fault.ts';
import { type Column, shareOf, total } from './fault-window.ts';

/** Rows below which nothing is said. */
const LEAST_ROWS = 30;
/** Least share of the rows that have gone from one name to another. */
const LEAST_SHARE = 0.02;

/**
 * Categories that come under another name: what the reference does not know, or what cannot be
 * read, has just the rows that some of its categories have lost, and the others are as they were.
 */
export function renamedCategories(columns: readonly Column[]): Fault[] {
  return columns.flatMap((column): Fault[] => {
    const { layout, now, values, missing, missingBefore } = column;
    const { blocks } = column.reference;
    const rows = total(now) + (values > 0 ? (missing / Math.max(1e-9, 1 - missing)) * values : 0);
    if (layout.kind !== 'categorical' || !blocks || rows < LEAST_ROWS) return [];
    const known = layout.categories.length;
    const before = column.before.map((count) => shareOf(count, column.valuesBefore) * (1 - missingBefore));
    const seen = now.map((count) => count / rows);
    const unseen = total(seen.slice(known)) - total(before.slice(known));
    const unread = missing - missingBefore;
    const taken = unseen + Math.max(0, unread);
    const share = Math.min(0.5, Math.max(LEAST_SHARE, taken));
    const noise = Math.sqrt((column.reference.dispersion * share * (1 - share)) / rows);
    if (unseen < LEAST_SHARE || taken < Math.max(LEAST_SHARE, 2 * noise)) return [];
    const lost = before.slice(0, known).map((share, i) => share - (seen[i] ?? 0));
    const vanished = lost
      .map((share, i) => ({ i, share }))
      .filter(({ i }) => (before[i] ?? 0) * rows >= 8 && (seen[i] ?? 0) < 0.15 * (before[i] ?? 0));
    const gone = vanished.length > 0 ? vanished : [largest(lost)];
    const moved = gone.reduce((sum, { share }) => sum + share, 0);
    const others = lost.reduce(
      (sum, share, i) => sum + (gone.some((one) => one.i === i) ? 0 : Math.abs(share)),
      0,
    );
    const cells = Math.sqrt(Math.max(1, known - gone.length));
    if (Math.abs(moved - taken) > 0.2 * taken + 2.5 * noise) return [];
    // Categories that blocks of the reference lacked as well have not gone.
    if (vanished.length > 0 && moved < 2 * blocks.absent) return [];
    if (others > 0.35 * taken + 1.5 * noise * cells) return [];
    const names = gone.map(({ i }) => nameOf(layout, i));
    const text = `${names.slice(0, 3).join(', ')} of ${layout.name} ${names.length > 1 ? 'have' : 'has'} gone, and categories never seen have the same share of the rows, ${percent(taken)}: renamed`;
    return [{ columns: [layout.name], share: taken, text }];
  });
}

function largest(lost: readonly number[]): { i: number; share: number } {
  const share = Math.max(0, ...lost);
  return { i: lost.indexOf(share), share };
}

function nameOf({ names, categories }: CategoricalLayout, i: number): string {
  return names?.[i] ?? `category ${categories[i]}`;
}
