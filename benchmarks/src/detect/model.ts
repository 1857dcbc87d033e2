/** Cells that a number is cut into, at quantiles of the first rows. */
const CELLS = 8;
const FIRST_ROWS = 200;

/** What a model answers: the class and how sure it is. */
export interface Prediction {
  readonly predicted: number;
  readonly confidence: number;
}

/** A classifier that learns from row to row. */
export interface OnlineModel {
  predict(features: Float64Array): Prediction;
  learn(features: Float64Array, label: number): void;
}

/**
 * Averaged one-dependence estimators for two classes (Webb, Boughton and Wang, Machine Learning 58,
 * 2005): naive Bayes in which every feature in turn is what the others depend on, so it knows
 * pairs. Like the tree of vectors/quality_table.json it is never reset and forgets nothing. Numbers
 * are cut into 8 cells.
 */
export function createPairBayes(categories: readonly number[]): OnlineModel {
  return new PairBayes(categories);
}

class PairBayes implements OnlineModel {
  readonly #categories: readonly number[];
  readonly #first: Float64Array[] = [];
  #cuts: readonly Float64Array[] = [];
  readonly #cellCount: Int32Array;
  /** First value of each feature among all values. */
  readonly #offset: Int32Array;
  readonly #values: number;
  /** By class, value and value: rows that have both; a value with itself counts its rows. */
  readonly #pairs: Float64Array;
  readonly #classes = new Float64Array(2);
  readonly #cell: Int32Array;

  constructor(categories: readonly number[]) {
    this.#categories = categories;
    this.#cellCount = Int32Array.from(categories, (count) => count || CELLS);
    this.#offset = new Int32Array(categories.length);
    let values = 0;
    for (const [f, count] of this.#cellCount.entries()) {
      this.#offset[f] = values;
      values += count;
    }
    this.#values = values;
    this.#pairs = new Float64Array(2 * values * values);
    this.#cell = new Int32Array(categories.length);
  }

  predict(features: Float64Array): Prediction {
    if (!this.#place(features)) return this.#answer(this.#classes[0] ?? 0, this.#classes[1] ?? 0);
    return this.#answer(this.#chance(0), this.#chance(1));
  }

  learn(features: Float64Array, label: number): void {
    this.#classes[label] = (this.#classes[label] ?? 0) + 1;
    if (!this.#place(features)) {
      this.#collect(features);
      return;
    }
    const start = label * this.#values;
    for (const a of this.#cell) {
      const row = (start + a) * this.#values;
      for (const b of this.#cell) this.#pairs[row + b] = (this.#pairs[row + b] ?? 0) + 1;
    }
  }

  /** Sum over the features i of P(y, xᵢ) Π P(xⱼ | y, xᵢ), counts smoothed by one row per value. */
  #chance(label: number): number {
    const width = this.#cell.length;
    const start = label * this.#values;
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const row = (start + (this.#cell[i] ?? 0)) * this.#values;
      const own = this.#pairs[row + (this.#cell[i] ?? 0)] ?? 0;
      let product = own + 0.5;
      for (let j = 0; j < width; j++) {
        if (j === i) continue;
        const both = this.#pairs[row + (this.#cell[j] ?? 0)] ?? 0;
        product *= (both + 1 / (this.#cellCount[j] ?? 1)) / (own + 1);
      }
      sum += product;
    }
    return sum;
  }

  #answer(zero: number, one: number): Prediction {
    const chance = zero + one > 0 ? one / (zero + one) : 0.5;
    const predicted = Number(chance > 0.5);
    return { predicted, confidence: predicted === 1 ? chance : 1 - chance };
  }

  /** Finds the row's values; false until the cuts are known. */
  #place(features: Float64Array): boolean {
    if (this.#cuts.length === 0) return false;
    for (let f = 0; f < this.#cell.length; f++) {
      const value = features[f] ?? 0;
      let cell = 0;
      if ((this.#categories[f] ?? 0) > 0) cell = value;
      else for (const cut of this.#cuts[f] ?? []) if (value >= cut) cell++;
      this.#cell[f] = (this.#offset[f] ?? 0) + cell;
    }
    return true;
  }

  #collect(features: Float64Array): void {
    this.#first.push(features.slice());
    if (this.#first.length < FIRST_ROWS) return;
    this.#cuts = this.#categories.map((_, f) => {
      const sorted = Float64Array.from(this.#first, (row) => row[f] ?? 0).sort();
      return Float64Array.from(
        { length: CELLS - 1 },
        (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / CELLS)] ?? 0,
      );
    });
  }
}
