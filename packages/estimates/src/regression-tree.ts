/**
 * A regression tree over binned features, as parallel arrays. Plain data: it can be kept as JSON.
 */
export interface RegressionTree {
  /** Feature that node i splits on; −1 for a leaf. */
  readonly feature: readonly number[];
  /** Rows whose bin is at most this go left. */
  readonly bin: readonly number[];
  /** Left child; the right one is next to it. */
  readonly left: readonly number[];
  /** Value of a leaf. */
  readonly value: readonly number[];
}

/** Features as bins, column by column. */
export interface BinnedColumns {
  readonly rows: number;
  readonly columns: readonly Uint8Array[];
  /** Bins per column, at most 256. */
  readonly bins: number;
}

/** Limits of a tree. */
export interface TreeLimits {
  readonly depth: number;
  readonly minLeaf: number;
  /**
   * Split of the root, whatever it gains: what turns its sign there is seen only beyond it.
   * @default the one that gains most
   */
  readonly root?: { readonly feature: number; readonly bin: number };
}

/**
 * Grows a tree by the split with the largest fall of squared error, found over histograms of the
 * bins (as LightGBM does: Ke et al., NeurIPS 2017).
 */
export function growTree(features: BinnedColumns, targets: Float64Array, limits: TreeLimits): RegressionTree {
  const feature: number[] = [];
  const bin: number[] = [];
  const left: number[] = [];
  const value: number[] = [];
  const addLeaf = (rows: Int32Array): void => {
    let sum = 0;
    for (const row of rows) sum += targets[row] ?? 0;
    feature.push(-1);
    bin.push(0);
    left.push(0);
    value.push(rows.length === 0 ? 0 : sum / rows.length);
  };
  const split = (node: number, rows: Int32Array, depth: number): void => {
    const given = depth === 0 ? limits.root : undefined;
    const best =
      given ?? (depth < limits.depth ? bestSplit(features, targets, rows, limits.minLeaf) : undefined);
    if (best === undefined) return;
    const column = features.columns[best.feature] ?? new Uint8Array();
    const below = rows.filter((row) => (column[row] ?? 0) <= best.bin);
    const above = rows.filter((row) => (column[row] ?? 0) > best.bin);
    feature[node] = best.feature;
    bin[node] = best.bin;
    const first = feature.length;
    left[node] = first;
    addLeaf(below);
    addLeaf(above);
    split(first, below, depth + 1);
    split(first + 1, above, depth + 1);
  };
  const all = Int32Array.from({ length: features.rows }, (_, i) => i);
  addLeaf(all);
  split(0, all, 0);
  return { feature, bin, left, value };
}

function bestSplit(
  features: BinnedColumns,
  targets: Float64Array,
  rows: Int32Array,
  minLeaf: number,
): { feature: number; bin: number } | undefined {
  let total = 0;
  let squares = 0;
  for (const row of rows) {
    const target = targets[row] ?? 0;
    total += target;
    squares += target * target;
  }
  const sums = new Float64Array(features.bins);
  const counts = new Int32Array(features.bins);
  // Squared error falls by the rise of Σ sum² / n; less than rounding is no fall.
  let bestScore = (total * total) / rows.length + 1e-12 * squares;
  let best: { feature: number; bin: number } | undefined;
  for (const [feature, column] of features.columns.entries()) {
    sums.fill(0);
    counts.fill(0);
    for (const row of rows) {
      const at = column[row] ?? 0;
      sums[at] = (sums[at] ?? 0) + (targets[row] ?? 0);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    let sum = 0;
    let count = 0;
    for (let bin = 0; bin + 1 < features.bins; bin++) {
      sum += sums[bin] ?? 0;
      count += counts[bin] ?? 0;
      const rest = rows.length - count;
      if (count < minLeaf) continue;
      if (rest < minLeaf) break;
      const score = (sum * sum) / count + (total - sum) ** 2 / rest;
      if (score > bestScore) {
        bestScore = score;
        best = { feature, bin };
      }
    }
  }
  return best;
}
