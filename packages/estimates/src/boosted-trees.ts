import { equalFrequencyEdges } from '@driftloop/stats';
import { type BinnedColumns, growTree, type RegressionTree } from './regression-tree.ts';

/**
 * Regression trees, one after the other in parallel arrays; what they say of a row is added up.
 * Plain data: it can be kept as JSON.
 */
export interface BoostedTrees {
  /** First node of each tree. */
  readonly roots: ArrayLike<number>;
  /** Column that node i splits on; −1 for a leaf. */
  readonly column: ArrayLike<number>;
  /** Rows whose value is at least this go right; a missing one goes left. */
  readonly threshold: ArrayLike<number>;
  /** Left child; the right one is next to it. */
  readonly left: ArrayLike<number>;
  /** What a leaf adds. */
  readonly value: ArrayLike<number>;
}

/** How trees are grown. */
export interface BoostingLimits {
  readonly trees: number;
  /** Share of what a tree has learnt that it adds. */
  readonly rate: number;
  readonly depth: number;
  readonly minLeaf: number;
  /** Bins that a column is cut into, at most 120. @default 32 */
  readonly bins?: number;
  /**
   * A value of a column at which every second tree is split first: an effect that has one sign
   * below it and the other above has none over all rows, and no split is ever made for it.
   */
  readonly turn?: { readonly column: number; readonly value: number };
}

/** No trees: they add nothing. */
export const NO_TREES: BoostedTrees = { roots: [], column: [], threshold: [], left: [], value: [] };

const BINS = 32;

/**
 * Gradient boosting of regression trees for the squared error (Friedman, Annals of Statistics 29,
 * 2001).
 *
 * @param columns values by column, all of one length; NaN is a missing value
 * @param targets what the trees are to add up to, per row
 */
export function boostTrees(
  columns: readonly Float64Array[],
  targets: Float64Array,
  limits: BoostingLimits,
): BoostedTrees {
  const { rate, bins = BINS, depth, minLeaf, turn } = limits;
  const rows = targets.length;
  const edges = columns.map((values, k) => {
    const found = binEdges(values, bins);
    return k === turn?.column ? [...new Set([...found, turn.value])].sort((a, b) => a - b) : found;
  });
  const root = turn && { feature: turn.column, bin: binOf(edges[turn.column] ?? [], turn.value) - 1 };
  const binned: BinnedColumns = {
    rows,
    columns: columns.map((values, k) => Uint8Array.from(values, (value) => binOf(edges[k] ?? [], value))),
    // Values that are frequent have bins of their own beside the equal ones.
    bins: 2 * bins + 3,
  };
  const residuals = Float64Array.from(targets);
  const trees = {
    roots: [] as number[],
    column: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    value: [] as number[],
  };
  for (let t = 0; t < limits.trees; t++) {
    const isTurned = root !== undefined && t % 2 === 1;
    const tree = growTree(binned, residuals, { depth, minLeaf, ...(isTurned ? { root } : {}) });
    // A leaf alone is the mean of what is left: nothing more is to be learnt.
    if (root === undefined && t > 0 && tree.feature.length === 1) break;
    append(trees, tree, edges, rate);
    for (let row = 0; row < rows; row++)
      residuals[row] = (residuals[row] ?? 0) - treeAdds(trees, t, columns, row);
  }
  return trees;
}

/**
 * What the first `count` trees add up to for one row.
 *
 * @param cellOf the row's value in a column
 */
export function sumTrees(
  trees: BoostedTrees,
  cellOf: (column: number) => number,
  count: number = trees.roots.length,
): number {
  const { roots, column, threshold, left, value } = trees;
  let sum = 0;
  for (let t = 0; t < count; t++) {
    let node = roots[t] as number;
    for (let at = column[node] as number; at >= 0; at = column[node] as number)
      node = (left[node] as number) + (cellOf(at) >= (threshold[node] as number) ? 1 : 0);
    sum += value[node] as number;
  }
  return sum;
}

/** The first trees of more. */
export function firstTrees(trees: BoostedTrees, count: number): BoostedTrees {
  const end = trees.roots[count] ?? trees.column.length;
  const nodes = (values: ArrayLike<number>) => Array.from(values).slice(0, end);
  return {
    roots: Array.from(trees.roots).slice(0, count),
    column: nodes(trees.column),
    threshold: nodes(trees.threshold),
    left: nodes(trees.left),
    value: nodes(trees.value),
  };
}

interface GrowingTrees {
  readonly roots: number[];
  readonly column: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly value: number[];
}

function append(
  trees: GrowingTrees,
  { feature, bin, left, value }: RegressionTree,
  edges: readonly (readonly number[])[],
  rate: number,
): void {
  const root = trees.column.length;
  trees.roots.push(root);
  for (const [node, column] of feature.entries()) {
    trees.column.push(column);
    trees.threshold.push(column < 0 ? 0 : thresholdOf(edges[column] ?? [], bin[node] ?? 0));
    trees.left.push(column < 0 ? 0 : root + (left[node] ?? 0));
    // Seven digits are more than such a sum knows, and half as long in JSON.
    trees.value.push(column < 0 ? Number((rate * (value[node] ?? 0)).toPrecision(7)) : 0);
  }
}

/** The least value that lies above a bin; the first bin is of missing values. */
function thresholdOf(edges: readonly number[], bin: number): number {
  return bin === 0 ? -Number.MAX_VALUE : (edges[bin - 1] ?? Number.MAX_VALUE);
}

function treeAdds(trees: GrowingTrees, tree: number, columns: readonly Float64Array[], row: number): number {
  let node = trees.roots[tree] as number;
  for (let at = trees.column[node] as number; at >= 0; at = trees.column[node] as number)
    node =
      (trees.left[node] as number) +
      (((columns[at] as Float64Array)[row] as number) >= (trees.threshold[node] as number) ? 1 : 0);
  return trees.value[node] as number;
}

function binEdges(values: Float64Array, bins: number): number[] {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length === 0 ? [] : Array.from(equalFrequencyEdges(known, bins));
}

/** Missing values have the first bin to themselves. */
function binOf(edges: readonly number[], value: number): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
