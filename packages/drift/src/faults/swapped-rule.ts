import { type CategoricalLayout, isMeasured, type NumericLayout } from '../layout/input-layout.ts';
import { distanceBetween, variationBetween } from '../profile/block-extremes.ts';
import { edgesBelow } from '../sketch/edges-below.ts';
import { type Fault, percent } from './fault.ts';
import { type Column, chanceDistance, isQuantity, shareOf } from './fault-window.ts';

/** Distance from its own reference from which on a column may be another's. */
const STRANGE = 0.3;
/** Times as far as any block of the reference lies from it, or half of the way to what is apart. */
const BEYOND_BLOCKS = 2;
/** Most that its distance from the other's reference is, of that from its own. */
const NEARER = 1 / 3;
/** Rows below which nothing is said. */
const LEAST_ROWS = 30;

/**
 * Columns that have taken each other's place: each lies further from its own reference than blocks
 * of this ever did, and is much nearer to the other's.
 */
export function swappedColumns(columns: readonly Column[]): Fault[] {
  const strange = columns.flatMap((column): Strange[] => {
    const { blocks } = column.reference;
    const own = (isMeasured(column.layout) ? distanceBetween : variationBetween)(column.before, column.now);
    const isStrange = blocks && !isCode(column) && own >= leastDistance(blocks.distance);
    return isStrange && column.values >= LEAST_ROWS ? [{ ...column, own }] : [];
  });
  const pairs: { a: Strange; b: Strange; distance: number }[] = [];
  for (const [i, a] of strange.entries())
    for (const b of strange.slice(i + 1)) {
      const [ab, ba] = [likeness(a, b), likeness(b, a)];
      if (ab !== undefined && ba !== undefined) pairs.push({ a, b, distance: Math.max(ab, ba) });
    }
  const taken = new Set<Column>();
  return pairs
    .sort((x, y) => x.distance - y.distance)
    .flatMap(({ a, b, distance }): Fault[] => {
      if (taken.has(a) || taken.has(b)) return [];
      taken.add(a).add(b);
      const [left, right] = [a.layout.name, b.layout.name];
      const text = `${left} and ${right} have changed places: each lies ${percent(distance)} or less from the other's reference`;
      return [{ columns: [left, right], share: 1, text }];
    });
}

function leastDistance(ofBlocks: number): number {
  return Math.max(STRANGE, Math.min(BEYOND_BLOCKS * ofBlocks, (1 + ofBlocks) / 2));
}

/**
 * What has few values is like many another column: flags change places whenever the world moves.
 */
function isCode(column: Column): boolean {
  const { layout } = column;
  return layout.kind === 'categorical' ? layout.categories.length < 3 : !isQuantity(column);
}

/** A column that is unlike its own reference, and how far it lies from it. */
interface Strange extends Column {
  readonly own: number;
}

/** Distance of a column's window from another's reference; undefined where they are unlike. */
function likeness(now: Strange, other: Strange): number | undefined {
  const dispersion = Math.max(now.reference.dispersion, other.reference.dispersion);
  const chance = chanceDistance(now.values, other.valuesBefore, dispersion) + 0.02;
  const limit = Math.min(chance, NEARER * now.own);
  const { layout } = now;
  if (layout.kind === 'categorical' && other.layout.kind === 'categorical') {
    const distance = variationBetween(now.now, inCategories(layout, other.layout, other.before));
    return distance <= limit ? distance : undefined;
  }
  if (layout.kind !== 'numeric' || other.layout.kind !== 'numeric') return undefined;
  const distance = distanceBetween(now.now, inBins(layout, other.layout, other.before));
  const [seen, before] = [now.magnitudes?.all, other.reference.magnitude];
  if (distance > limit) return undefined;
  if (!seen || !before) return distance;
  const error = 0.15 + (4 * before.std) / Math.sqrt(Math.max(1, seen.count));
  const sameSize =
    Math.abs(seen.mean - before.mean) <= error && Math.abs(seen.std - before.std) <= error + 0.1 * before.std;
  const sameZeros = Math.abs(shareOf(seen.zeros, now.values) - before.zeros) <= 0.05 + limit;
  return sameSize && sameZeros ? distance : undefined;
}

/** Counts of one column's reference in the bins of another. */
function inBins(layout: NumericLayout, other: NumericLayout, counts: readonly number[]): number[] {
  const edges = Float32Array.from(layout.edges);
  const into = new Array<number>(layout.edges.length + 1).fill(0);
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const [low, high] = [other.edges[bin - 1], other.edges[bin]];
    // A wide bin is spread over those that it covers.
    const parts = low === undefined || high === undefined ? 1 : 8;
    for (let part = 0; part < parts; part++) {
      const value =
        low === undefined || high === undefined
          ? (low ?? high ?? 0)
          : low + ((part + 0.5) / parts) * (high - low);
      const at = edgesBelow(edges, value);
      into[at] = (into[at] ?? 0) + count / parts;
    }
  });
  return into;
}

function inCategories(
  layout: CategoricalLayout,
  other: CategoricalLayout,
  counts: readonly number[],
): number[] {
  const into = new Array<number>(layout.categories.length + (layout.others ?? 1)).fill(0);
  counts.forEach((count, bin) => {
    const category = other.categories[bin];
    const at = category === undefined ? -1 : layout.categories.indexOf(category);
    const own = at < 0 ? layout.categories.length : at;
    into[own] = (into[own] ?? 0) + count;
  });
  return into;
}
