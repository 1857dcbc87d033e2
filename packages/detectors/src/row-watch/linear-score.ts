import { normalQuantile } from '@driftloop/stats';
import { numbersAsText, numbersOfText } from './saved-numbers.ts';

/** Cells that scores are cut into. */
export const SCORE_CELLS = 16;
/** More inputs than these, categories counted one by one, are not looked at together. */
const MOST_INPUTS = 64;
/**
 * Share of every input's variance that is added to it, so that inputs that go together share their
 * weight.
 */
const RIDGE = 0.05;

/** What is learnt of some rows: sums over them. */
interface Sums {
  rows: number;
  target: number;
  readonly inputs: Float64Array;
  /** Inputs × inputs, lower triangle. */
  readonly products: Float64Array;
  readonly inputsByTarget: Float64Array;
}

/** A state as JSON. Once the direction is known the sums that it came from are of no more use. */
export type SavedScore =
  | { readonly rows: number; readonly target: number; readonly sums: string }
  | { readonly weights: string; readonly shift: number };

/**
 * The direction in which a class lies: least squares of the class on the inputs (for two classes
 * Fisher's linear discriminant, 1936), learnt from the first rows and fixed from then on. Where two
 * concepts differ by where a boundary lies, the rows that change sides are few of every single
 * input's, and most of a narrow cell of the score.
 */
export class LinearScore {
  readonly #categories: readonly number[];
  readonly #learnRows: number;
  readonly #row: Float64Array;
  #sums: Sums;
  #weights: Float64Array | undefined;
  #shift = 0;

  /** @param learnRows rows with a label and nothing missing that it is learnt from */
  constructor(categories: readonly number[], learnRows: number) {
    this.#categories = categories;
    this.#learnRows = learnRows;
    this.#row = new Float64Array(inputCount(categories));
    this.#sums = emptySums(this.#row.length);
  }

  /** Whether so many inputs are looked at. */
  static covers(categories: readonly number[]): boolean {
    return inputCount(categories) <= MOST_INPUTS;
  }

  /**
   * Takes a row, as long as it is learning.
   * @param target 1 for a row of the class, 0 for another
   */
  learn(features: ArrayLike<number>, target: number): void {
    if (this.#weights !== undefined || !this.#read(features)) return;
    const { inputs, products, inputsByTarget } = this.#sums;
    const row = this.#row;
    const width = row.length;
    this.#sums.rows++;
    this.#sums.target += target;
    for (let i = 0; i < width; i++) {
      const x = row[i] ?? 0;
      if (x === 0) continue;
      inputs[i] = (inputs[i] ?? 0) + x;
      inputsByTarget[i] = (inputsByTarget[i] ?? 0) + x * target;
      for (let j = 0; j <= i; j++)
        products[i * width + j] = (products[i * width + j] ?? 0) + x * (row[j] ?? 0);
    }
    if (this.#sums.rows === this.#learnRows) this.#fit();
  }

  /** The cell of a row's score, from 0; -1 while it is learning or where a feature is missing. */
  cell(features: ArrayLike<number>): number {
    const weights = this.#weights;
    if (weights === undefined || !this.#read(features)) return -1;
    let score = this.#shift;
    for (let i = 0; i < weights.length; i++) score += (weights[i] ?? 0) * (this.#row[i] ?? 0);
    let cell = 0;
    while (cell < CUTS.length && score >= (CUTS[cell] ?? 0)) cell++;
    return cell;
  }

  restart(): void {
    this.#sums = emptySums(this.#row.length);
    this.#weights = undefined;
  }

  save(): SavedScore {
    if (this.#weights) return { weights: numbersAsText(this.#weights), shift: this.#shift };
    const { rows, target, inputs, products, inputsByTarget } = this.#sums;
    // The upper triangle is never written.
    const lower = products.filter((_, at) => at % inputs.length <= Math.floor(at / inputs.length));
    return { rows, target, sums: numbersAsText(Float64Array.of(...inputs, ...inputsByTarget, ...lower)) };
  }

  restore(saved: SavedScore): void {
    this.restart();
    if ('weights' in saved) {
      this.#weights = numbersOfText(saved.weights);
      this.#shift = saved.shift;
      return;
    }
    const width = this.#row.length;
    const sums = numbersOfText(saved.sums);
    const { inputs, inputsByTarget, products } = this.#sums;
    this.#sums.rows = saved.rows;
    this.#sums.target = saved.target;
    inputs.set(sums.subarray(0, width));
    inputsByTarget.set(sums.subarray(width, 2 * width));
    let at = 2 * width;
    for (let i = 0; i < width; i++) for (let j = 0; j <= i; j++) products[i * width + j] = sums[at++] ?? 0;
  }

  /** Numbers as they are, categories as one input each. */
  #read(features: ArrayLike<number>): boolean {
    const row = this.#row;
    let at = 0;
    for (let f = 0; f < this.#categories.length; f++) {
      const count = this.#categories[f] ?? 0;
      const value = features[f] ?? Number.NaN;
      if (!Number.isFinite(value)) return false;
      if (count === 0) {
        row[at++] = value;
        continue;
      }
      for (let category = 0; category < count; category++) row[at++] = Number(value === category);
    }
    return true;
  }

  /**
   * Weights such that the rows' scores have mean 0 and standard deviation 1; zeros where no input
   * says anything.
   */
  #fit(): void {
    const { rows, target, inputs, products, inputsByTarget } = this.#sums;
    const width = inputs.length;
    const mean = inputs.map((sum) => sum / rows);
    const covariance = new Float64Array(width * width);
    const slope = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      slope[i] = (inputsByTarget[i] ?? 0) / rows - ((mean[i] ?? 0) * target) / rows;
      for (let j = 0; j <= i; j++) {
        const value = (products[i * width + j] ?? 0) / rows - (mean[i] ?? 0) * (mean[j] ?? 0);
        covariance[i * width + j] = value;
        covariance[j * width + i] = value;
      }
    }
    const weights = solve(covariance, slope);
    let variance = 0;
    let centre = 0;
    for (let i = 0; i < width; i++) {
      centre += (weights[i] ?? 0) * (mean[i] ?? 0);
      for (let j = 0; j < width; j++)
        variance += (weights[i] ?? 0) * (weights[j] ?? 0) * (covariance[i * width + j] ?? 0);
    }
    const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
    this.#weights = weights.map((weight) => weight * scale);
    this.#shift = -centre * scale;
  }
}

/** Of scores that are normal, each cell has as many. */
const CUTS = Float64Array.from({ length: SCORE_CELLS - 1 }, (_, i) => normalQuantile((i + 1) / SCORE_CELLS));

function inputCount(categories: readonly number[]): number {
  return categories.reduce((sum, count) => sum + Math.max(1, count), 0);
}

function emptySums(width: number): Sums {
  return {
    rows: 0,
    target: 0,
    inputs: new Float64Array(width),
    products: new Float64Array(width * width),
    inputsByTarget: new Float64Array(width),
  };
}

/**
 * x of (A + ridge·diag A) x = b for a covariance A, by Cholesky's decomposition; inputs that do not
 * vary get 0.
 */
function solve(covariance: Float64Array, b: Float64Array): Float64Array {
  const width = b.length;
  const lower = new Float64Array(width * width);
  const x = new Float64Array(width);
  const at = (i: number, j: number) => lower[i * width + j] ?? 0;
  for (let i = 0; i < width; i++) {
    const own = covariance[i * width + i] ?? 0;
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? own * (1 + RIDGE) : (covariance[i * width + j] ?? 0);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      const pivot = at(j, j);
      if (i !== j) lower[i * width + j] = pivot > 0 ? sum / pivot : 0;
      else lower[i * width + i] = own > 0 && sum > 1e-12 * own ? Math.sqrt(sum) : 0;
    }
  }
  for (let i = 0; i < width; i++) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= at(i, k) * (x[k] ?? 0);
    x[i] = at(i, i) > 0 ? sum / at(i, i) : 0;
  }
  for (let i = width - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < width; k++) sum -= at(k, i) * (x[k] ?? 0);
    x[i] = at(i, i) > 0 ? sum / at(i, i) : 0;
  }
  return x;
}
