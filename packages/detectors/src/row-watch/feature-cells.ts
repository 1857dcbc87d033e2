import { quantileOfSorted } from '@driftloop/stats';

/** Cells per numeric feature for its own distribution; half as many where outcomes are counted. */
const FINE = 8;
const COARSE = 4;

/**
 * Cuts features into few cells: numbers at quantiles of the first rows, categories as they are;
 * missing and unseen ones apart.
 */
export class FeatureCells {
  /** Per feature: number of categories, 0 for a number. */
  readonly categories: readonly number[];
  /** Per numeric feature its ascending cuts; NaN where the feature has fewer. */
  readonly cuts: Float64Array;

  constructor(categories: readonly number[]) {
    this.categories = categories;
    this.cuts = new Float64Array(categories.length * (FINE - 1)).fill(Number.NaN);
  }

  /** Places the cuts where somebody says; missing ones are never reached. */
  place(cuts: readonly (readonly number[])[]): void {
    cuts.forEach((own, f) => {
      for (let b = 0; b < FINE - 1; b++) this.cuts[f * (FINE - 1) + b] = own[b] ?? Number.NaN;
    });
  }

  /**
   * Places the cuts at quantiles of the first `rows` rows, row-major; a feature without finite
   * values gets none.
   */
  learn(rows: number, features: Float64Array): void {
    const width = this.categories.length;
    for (let f = 0; f < width; f++) {
      const values = new Float64Array(rows);
      for (let row = 0; row < rows; row++) values[row] = features[row * width + f] ?? Number.NaN;
      const sorted = values.filter(Number.isFinite).sort();
      for (let b = 1; b < FINE; b++) {
        this.cuts[f * (FINE - 1) + b - 1] =
          sorted.length === 0 ? Number.NaN : quantileOfSorted(sorted, b / FINE);
      }
    }
  }

  /**
   * Cells of a feature for its own distribution: the last one is for what is missing, infinite or
   * no known category.
   */
  fineCount(feature: number): number {
    return (this.categories[feature] || FINE) + 1;
  }

  /** Cells of a feature where outcomes are counted. */
  coarseCount(feature: number): number {
    return (this.categories[feature] || COARSE) + 1;
  }

  /** Cells of two features together. */
  pairCount(a: number, b: number): number {
    return (this.categories[a] || COARSE) * (this.categories[b] || COARSE);
  }

  /** The cell of a value for its feature's own distribution. */
  fine(feature: number, value: number): number {
    const categories = this.categories[feature] ?? 0;
    if (categories > 0)
      return Number.isInteger(value) && value >= 0 && value < categories ? value : categories;
    if (!Number.isFinite(value)) return FINE;
    let bin = 0;
    const first = feature * (FINE - 1);
    // NaN cuts are never reached.
    for (let i = first; i < first + FINE - 1; i++) if (value >= (this.cuts[i] ?? Number.NaN)) bin++;
    return bin;
  }

  /** The coarse cell of a fine one. */
  coarse(feature: number, fine: number): number {
    return (this.categories[feature] ?? 0) > 0 ? fine : fine >> 1;
  }
}
