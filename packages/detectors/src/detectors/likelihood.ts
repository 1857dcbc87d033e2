/** What the values of a stream are taken to be. */
export type LossModel = 'bernoulli' | 'bounded' | 'gaussian';

/** Maximum log-likelihoods of a segment with one mean, and of two segments with their own. */
export interface LikelihoodModel {
  /** Least value that the model takes. */
  readonly low: number;
  /** Largest value that the model takes. */
  readonly high: number;
  /** What {@link two} needs to know about both segments together. */
  one(n: number, sum: number, squares: number): number;
  /**
   * How much two means are likelier than one, as a log-likelihood ratio of at least 0. `one` is the
   * answer for both together.
   */
  two(n0: number, sum0: number, n1: number, sum1: number, one: number): number;
}

/** The likelihood of a model of streams; `window` is the most samples of a segment. */
export function likelihoodModel(
  model: LossModel,
  window: number,
  low: number,
  high: number,
): LikelihoodModel {
  switch (model) {
    case 'bernoulli':
      return new BernoulliLikelihood(window);
    case 'bounded':
      return new BoundedLikelihood(low, high);
    case 'gaussian':
      return new GaussianLikelihood();
  }
}

/** Log-likelihood s ln(s/n) + (n − s) ln((n − s)/n) of s ones among n, from a table of k ln k. */
class BernoulliLikelihood implements LikelihoodModel {
  readonly low = 0;
  readonly high = 1;
  readonly #kLogK: Float64Array;

  constructor(window: number) {
    this.#kLogK = Float64Array.from({ length: window + 1 }, (_, k) => (k === 0 ? 0 : k * Math.log(k)));
  }

  one(n: number, sum: number): number {
    const table = this.#kLogK;
    // A sum of errors that are not 0 or 1 falls between two entries.
    if (!Number.isInteger(sum)) return binaryLogLikelihood(n, sum);
    return (table[sum] ?? 0) + (table[n - sum] ?? 0) - (table[n] ?? 0);
  }

  two(n0: number, sum0: number, n1: number, sum1: number, one: number): number {
    return this.one(n0, sum0) + this.one(n1, sum1) - one;
  }
}

/** The same likelihood for sums of any values in [low, high]. */
class BoundedLikelihood implements LikelihoodModel {
  readonly low: number;
  readonly high: number;

  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }

  one(n: number, sum: number): number {
    return binaryLogLikelihood(n, (sum - n * this.low) / (this.high - this.low));
  }

  two(n0: number, sum0: number, n1: number, sum1: number, one: number): number {
    return this.one(n0, sum0) + this.one(n1, sum1) - one;
  }
}

/**
 * Normal values with one unknown variance: (n/2) ln(total squares / squares within the segments).
 */
class GaussianLikelihood implements LikelihoodModel {
  readonly low = -Number.MAX_VALUE;
  readonly high = Number.MAX_VALUE;
  #n = 0;
  #mean = 0;

  one(n: number, sum: number, squares: number): number {
    this.#n = n;
    this.#mean = sum / n;
    return Math.max(0, squares - sum * this.#mean);
  }

  two(n0: number, sum0: number, n1: number, sum1: number, totalSquares: number): number {
    const difference0 = sum0 / n0 - this.#mean;
    const difference1 = sum1 / n1 - this.#mean;
    const between = n0 * difference0 * difference0 + n1 * difference1 * difference1;
    // Below the rounding of the sums there is no variance to speak of.
    if (!(totalSquares > 0)) return 0;
    const within = Math.max(totalSquares - between, totalSquares * 1e-12);
    return (this.#n / 2) * Math.log(totalSquares / within);
  }
}

function binaryLogLikelihood(n: number, sum: number): number {
  const ones = Math.min(n, Math.max(0, sum));
  const zeros = n - ones;
  return (ones > 0 ? ones * Math.log(ones / n) : 0) + (zeros > 0 ? zeros * Math.log(zeros / n) : 0);
}
