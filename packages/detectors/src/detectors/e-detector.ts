import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { invalid, refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, saved, savedArray } from './state.ts';

/** Parameters of {@link EDetector}. */
const E_DETECTOR_DEFAULTS = {
  /**
   * Least expected number of samples to a false alarm; also the threshold of the e-detector. Above
   * 1.
   */
  averageRunLength: 10_000,
  /**
   * Largest mean of the stream while nothing has changed, strictly between low and high. NaN:
   * learned.
   */
  mean: Number.NaN,
  /** Samples to learn the mean from, if it is not given. */
  learn: 300,
  /** Least value of the stream. */
  low: 0,
  /** Largest value of the stream. */
  high: 1,
  /** Bets in the mixture: assumed means after the change. */
  bets: 16,
};

/** How the e-processes of possible change times are put together. */
export type EDetectorKind = 'sr' | 'cusum';

/** After Shiryaev and Roberts; the rate is what `averageRunLength` promises. */
export const E_SR: DetectorKind = {
  name: 'e-sr',
  falseAlarmsPerRow: 1e-4,
  parametersOf: betOn,
  create: (parameters) => new EDetector('sr', parameters),
};

/** By cumulative sums; the rate is what `averageRunLength` promises. */
export const E_CUSUM: DetectorKind = {
  name: 'e-cusum',
  falseAlarmsPerRow: 1e-4,
  parametersOf: betOn,
  create: (parameters) => new EDetector('cusum', parameters),
};

/**
 * An e-detector for a rise of the mean of bounded losses (Shin, Ramdas and Rinaldo, "E-detectors: a
 * nonparametric framework for sequential change detection", New England Journal of Statistics in
 * Data Science 2, 2023). From every past time on, wealth is bet on a larger mean: L = 1 + λ (x −
 * mean), whose expectation is at most 1 before the change whatever the distribution. The wealths of
 * all start times are summed (`sr`, Shiryaev–Roberts: M ← L (M + 1)) or the largest is followed
 * (`cusum`: M ← L max(M, 1)), averaged over a grid of λ. M ≥ c is drift.
 *
 * The average run length to a false alarm is at least c (their theorem 2.4), without any assumption
 * but the bounds and the mean. If the mean is learned, it is the upper end of a one-sided 95 %
 * interval, and the guarantee holds when that covers the mean.
 */
export class EDetector implements Detector {
  readonly name: string;
  readonly #sumStarts: boolean;
  readonly #threshold: number;
  readonly #givenMean: number;
  readonly #learn: number;
  readonly #low: number;
  readonly #scale: number;
  /**
   * Per bet: λ, the e-detector, the largest wealth of one start and how many samples ago that was.
   */
  readonly #lambdas: Float64Array;
  readonly #values: Float64Array;
  readonly #wealths: Float64Array;
  readonly #ages: Float64Array;
  #mean: number;
  #n = 0;
  #sum = 0;
  #value = 0;
  #best = 0;
  #drift = false;

  constructor(kind: EDetectorKind, parameters: DetectorParameters = {}) {
    this.name = `e-${kind}`;
    const p = withDefaults(this.name, E_DETECTOR_DEFAULTS, parameters);
    requireBetween(this.name, 'averageRunLength', p.averageRunLength, 1, Number.POSITIVE_INFINITY);
    requireInteger(this.name, 'learn', p.learn, 1);
    requireInteger(this.name, 'bets', p.bets, 1);
    if (!(p.low < p.high)) throw invalid(this.name, 'low', `must be below high (${p.high}), not ${p.low}`);
    if (!Number.isNaN(p.mean)) requireBetween(this.name, 'mean', p.mean, p.low, p.high);
    this.#sumStarts = kind === 'sr';
    this.#threshold = p.averageRunLength;
    this.#learn = p.learn;
    this.#low = p.low;
    this.#scale = 1 / (p.high - p.low);
    this.#givenMean = (p.mean - p.low) * this.#scale;
    this.#mean = this.#givenMean;
    this.#lambdas = new Float64Array(p.bets);
    this.#values = new Float64Array(p.bets);
    this.#wealths = new Float64Array(p.bets);
    this.#ages = new Float64Array(p.bets);
    if (!Number.isNaN(this.#mean)) this.#placeBets();
  }

  get drift(): boolean {
    return this.#drift;
  }

  /** Whether the e-detector has reached a tenth of its threshold. */
  get warning(): boolean {
    return !this.#drift && this.#value >= this.#threshold / 10;
  }

  /** Mean since the last drift. */
  get estimation(): number {
    return this.#n === 0 ? Number.NaN : this.#low + this.#sum / this.#n / this.#scale;
  }

  /** The e-detector M; 0 while the mean is learned. */
  get eValue(): number {
    return this.#value;
  }

  /** Samples since the start whose wealth is largest. */
  get changePoint(): number | undefined {
    return this.#drift || this.warning ? this.#ages[this.#best] : undefined;
  }

  update(x: number): void {
    const unit = (x - this.#low) * this.#scale;
    if (!(unit >= 0 && unit <= 1)) refuseValue(this.name, x, 'losses between low and high');
    if (this.#drift) this.#restart();
    this.#n++;
    this.#sum += unit;
    if (Number.isNaN(this.#mean)) {
      if (this.#n === this.#learn) this.#learnMean();
      return;
    }
    this.#bet(unit);
    this.#drift = this.#value >= this.#threshold;
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      sum: saved(this.#sum),
      mean: saved(this.#mean),
      value: saved(this.#value),
      best: this.#best,
      values: savedArray(this.#values),
      wealths: savedArray(this.#wealths),
      ages: savedArray(this.#ages),
      drift: this.#drift,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#n = state.number('n');
    this.#sum = state.number('sum');
    this.#mean = state.number('mean');
    this.#value = state.number('value');
    this.#best = state.number('best');
    state.into('values', this.#values);
    state.into('wealths', this.#wealths);
    state.into('ages', this.#ages);
    this.#drift = state.boolean('drift');
    if (!Number.isNaN(this.#mean)) this.#placeBets();
  }

  #bet(unit: number): void {
    const surplus = unit - this.#mean;
    const values = this.#values;
    const wealths = this.#wealths;
    const ages = this.#ages;
    let sum = 0;
    let best = 0;
    let largest = -1;
    for (let k = 0; k < values.length; k++) {
      const factor = 1 + (this.#lambdas[k] ?? 0) * surplus;
      const wealth = wealths[k] ?? 0;
      const fresh = wealth <= 1;
      const next = factor * (fresh ? 1 : wealth);
      wealths[k] = next;
      ages[k] = fresh ? 1 : (ages[k] ?? 0) + 1;
      const value = this.#sumStarts ? factor * ((values[k] ?? 0) + 1) : next;
      values[k] = value;
      sum += value;
      if (next > largest) {
        largest = next;
        best = k;
      }
    }
    this.#value = sum / values.length;
    this.#best = best;
  }

  #learnMean(): void {
    const mean = this.#sum / this.#n;
    // One pseudo-observation of either kind keeps the bound off 0 and 1.
    const smoothed = (this.#sum + 1) / (this.#n + 2);
    this.#mean = Math.min(
      0.999,
      Math.max(mean, smoothed) + 1.645 * Math.sqrt((smoothed * (1 - smoothed)) / this.#n),
    );
    this.#placeBets();
  }

  /**
   * λ = (q − mean) / (mean (1 − mean)) is the likelihood ratio of a Bernoulli mean q. The q lie at
   * geometric distances from the mean, from half way to 1 downwards by √2.
   */
  #placeBets(): void {
    const mean = this.#mean;
    for (let k = 0; k < this.#lambdas.length; k++) this.#lambdas[k] = Math.SQRT1_2 ** (k + 2) / mean;
  }

  #restart(): void {
    this.#mean = this.#givenMean;
    this.#n = 0;
    this.#sum = 0;
    this.#value = 0;
    this.#best = 0;
    this.#values.fill(0);
    this.#wealths.fill(0);
    this.#ages.fill(0);
    this.#drift = false;
  }
}

/**
 * Without the reference's mean it would learn one from a version's first rows, which may have
 * drifted already.
 */
function betOn(mean: number): DetectorParameters {
  return { mean };
}
