import { normalQuantile } from '@driftloop/stats';
import type { CategoricalLayout } from '../../layout/input-layout.ts';
import type { UnseenReference } from '../../profile/reference-profile.ts';
import { inAllBins, unseenOfCounts } from '../../profile/unseen.ts';
import { type CountPair, type Distance, totalOf } from '../statistics/counts.ts';
import { excessTail } from '../statistics/excess.ts';
import { ALONE, percent } from '../statistics/shares.ts';
import type { DataWindow } from './window.ts';

/** A smaller p-value has no quantile. */
const SMALLEST = 1e-300;

/** What a window has of categories that the reference lacks. */
export interface UnseenShift extends Distance {
  /** Share of its rows that is expected. */
  readonly share: number;
  /** In words. */
  readonly detail: string;
}

/**
 * Whether categories that the reference lacks come more often than its rare ones let expect: all of
 * them together, or those of one of the bins that they share by hash, where a single one that comes
 * often stands out from many rare ones. Each question has half of alpha where there is more than
 * one bin. Told as a chi-square with one degree, as shares are.
 */
export function unseenShift(
  window: DataWindow,
  feature: number,
  layout: CategoricalLayout,
  counts: CountPair,
  alpha: number,
): UnseenShift {
  const reference = window.profile.features[feature] ?? { counts: [], dispersion: 1 };
  const expected = reference.unseen ?? unseenOfCounts(layout, reference);
  const rows = totalOf(counts.window);
  const tailOf = (found: number, unseen: UnseenReference): number => {
    const perRow = 1 / Math.max(reference.dispersion, unseen.dispersion);
    const known = { found: unseen.share * unseen.rows, rows: unseen.rows };
    return excessTail({ found: found * perRow, rows: rows * perRow }, known);
  };
  const found = expected.map((_, bin) => counts.window[layout.categories.length + bin] ?? 0);
  const together = inAllBins(expected);
  const all = tailOf(totalOf(found), together);
  const single =
    expected.length * Math.min(...expected.map((unseen, bin) => tailOf(found[bin] ?? 0, unseen)));
  const pValue = expected.length > 1 ? Math.min(1, 2 * Math.min(all, single)) : all;
  const now = percent(rows > 0 ? totalOf(found) / rows : 0);
  const often = expected.length > 1 && single < all ? ', and some come often' : '';
  return {
    statistic: normalQuantile(Math.max(SMALLEST, Math.min(0.5, pValue))) ** 2,
    threshold: normalQuantile(alpha) ** 2,
    expected: 1,
    pValue,
    share: together.share,
    detail: `categories never seen make up ${now} of ${layout.name}, ${percent(together.share)} expected${often}${ALONE}`,
  };
}

/** Counts with one bin for all categories that the reference lacks. */
export function joinUnseen(
  { categories, others = 1 }: CategoricalLayout,
  { reference, window, effective }: CountPair,
): CountPair {
  if (others === 1) return { reference, window, effective };
  const first = categories.length;
  const joined = (counts: ArrayLike<number>): number[] => {
    const all = Array.from(counts);
    return [...all.slice(0, first), totalOf(all.slice(first, first + others)), ...all.slice(first + others)];
  };
  return { reference: joined(reference), window: joined(window), effective };
}
