import { normalQuantile } from '@driftloop/stats';
import { derivedOnce } from '../derived-once.ts';
import type { FeatureLayout } from '../layout/input-layout.ts';
import type { FeatureReference, ReferenceProfile } from '../profile/reference-profile.ts';

/** A number of a row that the row watch looks at. */
export interface WatchedColumn {
  /** Place in the row. */
  readonly slot: number;
  /** What it is called in words: a feature, or one number of a vector. */
  readonly name: string;
  /** Categories that are told apart, the last of them all others; 0 for a number. */
  readonly categories: number;
  /** Which of them a category of the spec is; absent for a number. */
  readonly codes?: ReadonlyMap<number, number>;
  /** Ascending values that cut the reference into eighths; none for a category. */
  readonly cuts: readonly number[];
}

/** What of a version's rows the row watch looks at. */
export interface WatchedColumns {
  readonly columns: readonly WatchedColumn[];
  /** Numbers of a row. */
  readonly width: number;
}

/** More inputs than these, categories counted one by one, are not looked at together. */
const MOST_INPUTS = 64;
/** Categories of a feature that are told apart, with one for all others. */
const MOST_CATEGORIES = 16;

const EIGHTHS = [1, 2, 3, 4, 5, 6, 7].map((eighths) => eighths / 8);

/**
 * The columns of a version: numbers and categories, those first that say most in the reference
 * (entropy of its bins), then numbers of vectors by their variance there, as long as there is room.
 * Free texts are left to the tests of windows.
 */
export const watchedColumns = derivedOnce(columnsOf);

/** A column that may be looked at, and how much it says. */
interface Contender extends WatchedColumn {
  readonly rank: number;
}

function columnsOf({ layout, features }: ReferenceProfile): WatchedColumns {
  let width = 0;
  const contenders: Contender[] = [];
  layout.features.forEach((feature, i) => {
    contenders.push(...contendersOf(feature, features[i], width));
    width += feature.kind === 'embedding' ? feature.size : 1;
  });
  let room = MOST_INPUTS;
  const chosen = contenders
    .sort((a, b) => b.rank - a.rank || a.slot - b.slot)
    .filter(({ categories }) => {
      const inputs = Math.max(1, categories);
      if (inputs > room) return false;
      room -= inputs;
      return true;
    })
    .sort((a, b) => a.slot - b.slot)
    .map(({ rank: _, ...column }) => column);
  return { columns: chosen, width };
}

function contendersOf(
  feature: FeatureLayout,
  reference: FeatureReference | undefined,
  slot: number,
): Contender[] {
  const { name } = feature;
  const counts = reference?.counts ?? [];
  switch (feature.kind) {
    case 'text':
      return [];
    case 'numeric':
      return [{ slot, name, categories: 0, rank: entropyOf(counts), cuts: cutsOf(feature.edges, counts) }];
    case 'categorical': {
      const codes = codesOf(feature.categories, counts);
      return [{ slot, name, categories: codes.size + 1, codes, rank: entropyOf(counts), cuts: [] }];
    }
    case 'embedding': {
      const largest = feature.deviations.reduce((most, deviation) => Math.max(most, deviation), 0);
      return feature.deviations.map((deviation, i) => ({
        slot: slot + i,
        name: `${name}[${i}]`,
        categories: 0,
        cuts: EIGHTHS.map((share) => (feature.means[i] ?? 0) + deviation * normalQuantile(share)),
        // Below every other column: -1 for the number that varies most.
        rank: largest > 0 ? deviation / largest - 2 : -2,
      }));
    }
  }
}

/** The most frequent categories of the reference, in its order. */
function codesOf(categories: readonly number[], counts: readonly number[]): Map<number, number> {
  const frequent = [...categories.keys()]
    .sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b)
    .slice(0, MOST_CATEGORIES - 1)
    .sort((a, b) => a - b);
  return new Map(frequent.map((at, code) => [categories[at] ?? 0, code]));
}

/**
 * The edges of the reference's bins beyond which each eighth begins, as near as there are edges.
 */
function cutsOf(edges: readonly number[], counts: readonly number[]): number[] {
  const bins = counts.slice(0, edges.length + 1);
  const rows = bins.reduce((sum, count) => sum + count, 0);
  return EIGHTHS.map((share) => {
    let below = 0;
    const bin = bins.findIndex((count) => {
      below += count;
      return below >= share * rows;
    });
    return edges[Math.min(Math.max(bin, 0), edges.length - 1)] ?? Number.NaN;
  });
}

function entropyOf(counts: readonly number[]): number {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, n) => (n > 0 ? sum - (n / rows) * Math.log(n / rows) : sum), 0);
}
