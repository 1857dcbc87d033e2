import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { type LikelihoodModel, type LossModel, likelihoodModel } from './likelihood.ts';
import { invalid, refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, saved, savedArray } from './state.ts';

/** Parameters of {@link Glr}. */
const GLR_DEFAULTS = {
  /** Log-likelihood ratio that is drift. */
  threshold: 8,
  /** Log-likelihood ratio at which to warn. */
  warningThreshold: 5.5,
  /** Samples kept: the oldest that count as "before". */
  window: 4000,
  /** Samples between checks. */
  clock: 8,
  /** Possible change points, spaced geometrically from the newest samples back. */
  splits: 40,
  /** Least samples before and after a change. */
  minSegment: 8,
  /** Which changes count: `up`, `down` or `both`. */
  side: 'up',
  /** Least and largest value of the stream, for the bounded model. */
  low: 0,
  high: 1,
};

/** For errors. */
export const GLR_BERNOULLI: DetectorKind = {
  name: 'glr-bernoulli',
  falseAlarmsPerRow: 0.34e-4,
  create: (parameters) => new Glr('bernoulli', parameters),
};

/** For losses in [0, 1]. */
export const GLR_BOUNDED: DetectorKind = {
  name: 'glr-bounded',
  create: (parameters) => new Glr('bounded', parameters),
};

/** For any measurement. */
export const GLR_GAUSSIAN: DetectorKind = {
  name: 'glr-gaussian',
  create: (parameters) => new Glr('gaussian', parameters),
};

/**
 * Generalised likelihood ratio test for a change of the mean at an unknown time (Lorden 1971; Lai,
 * IEEE Transactions on Information Theory 44, 1998; window-limited, as Lai shows that nothing is
 * lost to first order): over possible change points, the log-likelihood of two means against one.
 * Models: `bernoulli` (0 or 1), `bounded` (in [low, high]; the Bernoulli likelihood bounds that of
 * any bounded variable: Garivier and Cappé 2011, Maillard 2019), `gaussian` (any, unknown
 * variance).
 *
 * Change points are spaced geometrically, so a check costs `splits` evaluations however long the
 * window; between neighbours the likelihood ratio loses little (Lai 1998, section III). At a
 * threshold of h the chance of a false alarm falls like e^(−h). False alarms per 10,000 samples of
 * Bernoulli(0.2), other parameters at their defaults: 1.5 at h = 6, 0.7 at 7, 0.34 at 8, 0.15 at 9,
 * 0.04 at 10.
 */
export class Glr implements Detector {
  readonly name: string;
  readonly #threshold: number;
  readonly #warningThreshold: number;
  readonly #window: number;
  readonly #clock: number;
  readonly #minSegment: number;
  readonly #up: boolean;
  readonly #down: boolean;
  readonly #model: LikelihoodModel;
  /** Lengths of "after", ascending. */
  readonly #lengths: Int32Array;
  /** Running sums of values and of squares; after sample t at t % (window + 1). */
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #n = 0;
  #origin = 0;
  #statistic = 0;
  #length = 0;
  #drift = false;
  #warning = false;

  constructor(model: LossModel, parameters: DetectorParameters = {}) {
    this.name = `glr-${model}`;
    const p = withDefaults(this.name, GLR_DEFAULTS, parameters);
    requireBetween(this.name, 'threshold', p.threshold, 0, Number.POSITIVE_INFINITY);
    requireBetween(this.name, 'warningThreshold', p.warningThreshold, 0, Number.POSITIVE_INFINITY);
    requireInteger(this.name, 'minSegment', p.minSegment, 1);
    requireInteger(this.name, 'window', p.window, 2 * p.minSegment);
    requireInteger(this.name, 'clock', p.clock, 1);
    requireInteger(this.name, 'splits', p.splits, 1);
    if (!['up', 'down', 'both'].includes(p.side)) {
      throw invalid(this.name, 'side', `must be up, down or both, not ${p.side}`);
    }
    if (!(p.low < p.high)) throw invalid(this.name, 'low', `must be below high (${p.high}), not ${p.low}`);
    this.#threshold = p.threshold;
    this.#warningThreshold = p.warningThreshold;
    this.#window = p.window;
    this.#clock = p.clock;
    this.#minSegment = p.minSegment;
    this.#up = p.side !== 'down';
    this.#down = p.side !== 'up';
    this.#model = likelihoodModel(model, p.window, p.low, p.high);
    this.#lengths = geometricLengths(p.minSegment, p.window - p.minSegment, p.splits);
    this.#sums = new Float64Array(p.window + 1);
    this.#squares = new Float64Array(model === 'gaussian' ? p.window + 1 : 0);
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return this.#warning;
  }

  /** Mean since the likeliest change if there is a warning or drift, else of the window. */
  get estimation(): number {
    if (this.#n === 0) return Number.NaN;
    const length = this.#drift || this.#warning ? this.#length : Math.min(this.#n, this.#window);
    return this.#origin + this.#sumSince(this.#sums, length) / length;
  }

  /**
   * The largest log-likelihood ratio at the last check; 0 if none was in the direction that counts.
   */
  get statistic(): number {
    return this.#statistic;
  }

  get changePoint(): number | undefined {
    return this.#length > 0 ? this.#length : undefined;
  }

  update(x: number): void {
    if (!(x >= this.#model.low && x <= this.#model.high && Number.isFinite(x))) {
      refuseValue(this.name, x, `numbers in [${this.#model.low}, ${this.#model.high}]`);
    }
    if (this.#drift) this.#restart();
    // Differences from the first value keep the sums of squares small.
    if (this.#n === 0 && this.#squares.length > 0) this.#origin = x;
    const size = this.#window + 1;
    const before = this.#n % size;
    this.#n++;
    const after = this.#n % size;
    const value = x - this.#origin;
    this.#sums[after] = (this.#sums[before] ?? 0) + value;
    if (this.#squares.length > 0) this.#squares[after] = (this.#squares[before] ?? 0) + value * value;
    if (after === 0) this.#rebase();
    if (this.#n % this.#clock === 0 && this.#n >= 2 * this.#minSegment) this.#check();
    else if (this.#length > 0) this.#length++;
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      origin: saved(this.#origin),
      sums: savedArray(this.#sums, Math.min(this.#n + 1, this.#sums.length)),
      squares: savedArray(this.#squares, Math.min(this.#n + 1, this.#squares.length)),
      statistic: saved(this.#statistic),
      length: this.#length,
      drift: this.#drift,
      warning: this.#warning,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#restart();
    state.into('sums', this.#sums);
    state.into('squares', this.#squares);
    this.#n = state.number('n');
    this.#origin = state.number('origin');
    this.#statistic = state.number('statistic');
    this.#length = state.number('length');
    this.#drift = state.boolean('drift');
    this.#warning = state.boolean('warning');
  }

  #check(): void {
    const size = this.#window + 1;
    const n = Math.min(this.#n, this.#window);
    const end = this.#n % size;
    const start = (this.#n - n) % size;
    const sums = this.#sums;
    const squares = this.#squares;
    const total = (sums[end] ?? 0) - (sums[start] ?? 0);
    const totalSquares = (squares[end] ?? 0) - (squares[start] ?? 0);
    const one = this.#model.one(n, total, totalSquares);
    let best = 0;
    let bestLength = 0;
    for (const length of this.#lengths) {
      const rest = n - length;
      if (rest < this.#minSegment) break;
      const at = end >= length ? end - length : end - length + size;
      const recent = (sums[end] ?? 0) - (sums[at] ?? 0);
      const older = total - recent;
      // Means compared without dividing.
      const rise = recent * rest - older * length;
      if (!(rise > 0 ? this.#up : this.#down) || rise === 0) continue;
      const ratio = this.#model.two(rest, older, length, recent, one);
      if (ratio > best) {
        best = ratio;
        bestLength = length;
      }
    }
    this.#statistic = best;
    this.#length = bestLength;
    this.#drift = best >= this.#threshold;
    this.#warning = !this.#drift && best >= this.#warningThreshold;
  }

  #sumSince(sums: Float64Array, length: number): number {
    const size = this.#window + 1;
    return (sums[this.#n % size] ?? 0) - (sums[(this.#n - Math.min(length, this.#window)) % size] ?? 0);
  }

  /**
   * Once around the ring: sums start over from the oldest, so they never grow beyond what a window
   * adds up to.
   */
  #rebase(): void {
    for (const sums of [this.#sums, this.#squares]) {
      const oldest = sums[1] ?? 0;
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) - oldest;
    }
  }

  #restart(): void {
    this.#sums.fill(0);
    this.#squares.fill(0);
    this.#n = 0;
    this.#origin = 0;
    this.#statistic = 0;
    this.#length = 0;
    this.#drift = false;
    this.#warning = false;
  }
}

/**
 * At most `count` distinct integers from `first` to `last`, each about the same factor above the
 * one before.
 */
function geometricLengths(first: number, last: number, count: number): Int32Array {
  const lengths = new Set<number>();
  for (let i = 0; i < count; i++) {
    lengths.add(Math.round(first * (last / first) ** (count === 1 ? 1 : i / (count - 1))));
  }
  return Int32Array.from(lengths).sort();
}
