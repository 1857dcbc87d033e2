import type { FeatureSpec } from '@driftloop/schemas';
import {
  type CategoricalLayout,
  type FeatureLayout,
  isMeasured,
  type Measured,
  unitOf,
  valueBinsOf,
} from '../layout/input-layout.ts';
import { createCategoryIndex } from '../sketch/category-index.ts';
import { LIMIT } from '../sketch/data-sketch.ts';
import { edgesBelow } from '../sketch/edges-below.ts';
import { blockExtremes } from './block-extremes.ts';
import { type Block, countsOf, momentsOf } from './dispersion.ts';
import { nextUp, quantileEdges } from './edges.ts';
import type { FeatureReference } from './reference-profile.ts';
import { unseenByBin } from './unseen.ts';

/**
 * With more categories than this some may be rare: then new ones share several bins, so that one
 * that comes often stands out from the rare ones.
 */
const FEW_CATEGORIES = 16;
/** Bins for categories that the reference lacks. */
const OTHERS = 32;
/** What the reference has and the spec does not name: all such texts are one category. */
const UNNAMED = 'that the spec does not name';

/**
 * How a quantity is counted, from its column in the reference. One without a finite value gives one
 * bin.
 */
export function measuredLayout(name: string, column: Float32Array): Measured {
  const finite = column.filter((value) => Number.isFinite(value));
  const { mean, std } = momentsOf(Float64Array.from(finite), []);
  return {
    name,
    edges: quantileEdges(finite.sort()),
    centre: mean,
    scale: std > 0 ? std : stepAt(mean),
  };
}

/** Counts of a column in the bins of its layout, and its mean and spread in the layout's units. */
export function featureReference(
  layout: FeatureLayout,
  column: Float32Array,
  blocks: readonly Block[],
): FeatureReference {
  const ordered = isMeasured(layout);
  const values = valueBinsOf(layout);
  const edges = Float32Array.from(ordered ? layout.edges : []);
  const binOf = ordered ? undefined : createCategoryIndex(layout.categories, layout.others);
  const bins = Int32Array.from(column, (value) => {
    if (Number.isNaN(value)) return values;
    if (!Number.isFinite(value)) return values + 1;
    return binOf ? binOf(value) : edgesBelow(edges, value);
  });
  const extremes = blockExtremes({ values: column, bins, valueBins: values, isOrdered: ordered }, blocks);
  const counts = {
    ...countsOf(bins, values + 2, blocks, ordered),
    ...(extremes ? { blocks: extremes } : {}),
  };
  if (ordered) return { ...counts, standardised: standardised(layout, column) };
  return { ...counts, unseen: unseenByBin(layout, counts, bins) };
}

/** Values are held within the same limit as in sketches, so that both have the same mean. */
function standardised(layout: Measured, column: Float32Array): { mean: number; std: number } {
  const finite = Float64Array.from(column.filter((value) => Number.isFinite(value)));
  const inUnits = finite.map((value) =>
    Math.max(-LIMIT, Math.min(LIMIT, (value - layout.centre) / unitOf(layout))),
  );
  const { mean, std } = momentsOf(inUnits, []);
  // A constant says nothing of how far values may lie apart: then the mean counts as a share of the
  // furthest that a value can lie.
  return { mean, std: std > 0 ? std : LIMIT };
}

/**
 * Distance to the next float32: beside a constant, values count as near or far by it, whatever
 * their unit.
 */
function stepAt(value: number): number {
  const step = nextUp(Math.abs(value)) - Math.abs(value);
  return Number.isFinite(step) ? step : 2 ** 104;
}

/** How categories are counted, from their column in the reference. */
export function categoricalLayout(
  { name, categories: names = [] }: FeatureSpec,
  column: Float32Array,
): CategoricalLayout {
  const finite = column.filter((value) => Number.isFinite(value));
  const counts = new Map<number, number>();
  for (const value of finite) counts.set(value, (counts.get(value) ?? 0) + 1);
  const categories = [...counts.keys()].sort((a, b) => a - b);
  const frequency = (value: number): number => (counts.get(value) ?? 0) / finite.length;
  const mean = categories.reduce((sum, value) => sum + frequency(value) ** 2, 0);
  const variance = categories.reduce(
    (sum, value) => sum + frequency(value) * (frequency(value) - mean) ** 2,
    0,
  );
  const scale = variance > 1e-12 ? Math.sqrt(variance) : 1;
  return {
    kind: 'categorical',
    name,
    categories,
    ...(names.length > 0 ? { names: categories.map((value) => names[value] ?? UNNAMED) } : {}),
    codes: categories.map((value) => (frequency(value) - mean) / scale),
    otherCode: -mean / scale,
    ...(categories.length > FEW_CATEGORIES ? { others: OTHERS } : {}),
  };
}
