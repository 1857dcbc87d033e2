import { DriftloopError } from '@driftloop/errors';
import type { Random } from './random.ts';
import { countRows, poolRows, squaredDistance } from './rows.ts';

/** Squared maximum mean discrepancy with the kernel exp(−|x − y|² / (2 σ²)). */
export interface MmdResult {
  /**
   * Without the pairs of a row with itself: mean 0 when nothing has changed, so it may be negative.
   */
  readonly unbiased: number;
  /** With them (V-statistic): at least 0. */
  readonly biased: number;
}

/**
 * Above this many pooled rows the kernel matrix takes more than half a gigabyte; use `fourierMmd`
 * there.
 */
const MAX_KERNEL_ROWS = 8192;

/**
 * MMD² between two sets of rows (Gretton et al., "A kernel two-sample test", JMLR 13, 2012,
 * equations 3 and 5).
 *
 * @param reference Row-major, n × width, n ≥ 2. @param current Row-major, m × width, m ≥ 2. @param
 *   sigma Bandwidth, above 0.
 * @throws DATA_INVALID for rows that are too few or not finite, or a bandwidth that is not
 *   positive.
 */
export function mmd(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  width: number,
  sigma: number,
): MmdResult {
  return new KernelMatrix(reference, current, width, sigma).observed();
}

/** What {@link mmdTest} answers. */
export interface MmdTestResult extends MmdResult {
  /**
   * (1 + permutations at least as far apart) / (1 + permutations): valid at any number of them
   * (Phipson and Smyth 2010).
   */
  readonly pValue: number;
}

/**
 * The exact MMD with a permutation p-value of its unbiased estimate. Costs (n + m)² kernel values
 * in memory.
 *
 * @throws DATA_INVALID as {@link mmd}, or above 8,192 pooled rows.
 */
export function mmdTest(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  width: number,
  options: { readonly sigma: number; readonly permutations: number; readonly random: Random },
): MmdTestResult {
  const kernel = new KernelMatrix(reference, current, width, options.sigma);
  const observed = kernel.observed();
  const order = Int32Array.from({ length: kernel.rows }, (_, i) => i);
  let asFar = 0;
  for (let i = 0; i < options.permutations; i++) {
    options.random.shuffle(order);
    if (kernel.split(order).unbiased >= observed.unbiased) asFar++;
  }
  return { ...observed, pValue: (1 + asFar) / (1 + options.permutations) };
}

class KernelMatrix {
  readonly rows: number;
  readonly #n: number;
  readonly #m: number;
  readonly #values: Float64Array;
  readonly #rowSums: Float64Array;
  #sum = 0;

  constructor(reference: ArrayLike<number>, current: ArrayLike<number>, width: number, sigma: number) {
    this.#n = countRows(reference, width, 2, 'reference');
    this.#m = countRows(current, width, 2, 'current');
    this.rows = this.#n + this.#m;
    if (!(sigma > 0 && sigma < Number.POSITIVE_INFINITY)) {
      throw new DriftloopError('DATA_INVALID', `The bandwidth must be a positive number, not ${sigma}.`);
    }
    if (this.rows > MAX_KERNEL_ROWS) {
      throw new DriftloopError(
        'DATA_INVALID',
        `An exact MMD of ${this.rows} rows needs too much memory; use fourierMmd.`,
      );
    }
    const pooled = poolRows(reference, current);
    this.#values = new Float64Array(this.rows * this.rows);
    this.#rowSums = new Float64Array(this.rows);
    const scale = -1 / (2 * sigma * sigma);
    for (let i = 0; i < this.rows; i++) {
      this.#values[i * this.rows + i] = 1;
      this.#rowSums[i] = (this.#rowSums[i] ?? 0) + 1;
      for (let j = i + 1; j < this.rows; j++) {
        const value = Math.exp(scale * squaredDistance(pooled, width, i, j));
        this.#values[i * this.rows + j] = value;
        this.#values[j * this.rows + i] = value;
        this.#rowSums[i] = (this.#rowSums[i] ?? 0) + value;
        this.#rowSums[j] = (this.#rowSums[j] ?? 0) + value;
      }
    }
    for (const sum of this.#rowSums) this.#sum += sum;
  }

  observed(): MmdResult {
    return this.split(Int32Array.from({ length: this.rows }, (_, i) => i));
  }

  /**
   * MMD² when the first n rows of `order` are the reference. Only their own block is summed; the
   * rest follows from the margins.
   */
  split(order: Int32Array): MmdResult {
    const n = this.#n;
    const m = this.#m;
    let within = 0;
    let margin = 0;
    for (let a = 0; a < n; a++) {
      const row = (order[a] ?? 0) * this.rows;
      margin += this.#rowSums[order[a] ?? 0] ?? 0;
      for (let b = 0; b < a; b++) within += this.#values[row + (order[b] ?? 0)] ?? 0;
    }
    const reference = 2 * within + n;
    const between = margin - reference;
    const current = this.#sum - 2 * between - reference;
    const across = (2 * between) / (n * m);
    return {
      unbiased: (reference - n) / (n * (n - 1)) + (current - m) / (m * (m - 1)) - across,
      biased: reference / (n * n) + current / (m * m) - across,
    };
  }
}
