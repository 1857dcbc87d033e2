import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { refuseValue, requireBetween, withDefaults } from './parameters.ts';
import { StateReader, saved } from './state.ts';

/** Parameters of {@link HddmA} with river's defaults. */
const HDDM_A_DEFAULTS = {
  /** Chance of a false drift at one cut, in (0, 1). */
  driftConfidence: 0.001,
  /** Chance of a false warning at one cut, in (0, 1). */
  warningConfidence: 0.005,
  /** Whether a fall of the mean is drift too. */
  twoSidedTest: false,
};

/** Rarely wrong, so one of those that run by default. */
export const HDDM_A: DetectorKind = {
  name: 'hddm-a',
  byDefault: true,
  falseAlarmsPerRow: 0.23e-4,
  create: (parameters) => new HddmA(parameters),
};

/**
 * Hoeffding drift detection with moving averages (Frías-Blanco et al., IEEE TKDE 27(3), 2015): the
 * mean since the cut where the Hoeffding bound of the mean was least, against the mean of
 * everything. Takes errors in [0, 1].
 */
export class HddmA implements Detector {
  readonly name = 'hddm-a';
  readonly #boundFactor: number;
  readonly #driftFactor: number;
  readonly #warningFactor: number;
  readonly #twoSided: boolean;
  #n = 0;
  #mean = 0;
  #nMin = 0;
  #meanMin = 0;
  #boundMin = 0;
  #nMax = 0;
  #meanMax = 0;
  #boundMax = 0;
  #drift = false;
  #warning = false;
  #rose = true;

  constructor(parameters: DetectorParameters = {}) {
    const p = withDefaults(this.name, HDDM_A_DEFAULTS, parameters);
    requireBetween(this.name, 'driftConfidence', p.driftConfidence, 0, 1);
    requireBetween(this.name, 'warningConfidence', p.warningConfidence, 0, 1);
    this.#boundFactor = Math.log(1 / p.driftConfidence);
    this.#driftFactor = Math.log(2 / p.driftConfidence);
    this.#warningFactor = Math.log(2 / p.warningConfidence);
    this.#twoSided = p.twoSidedTest;
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return this.#warning;
  }

  /** Mean since the last drift. */
  get estimation(): number {
    return this.#n === 0 ? Number.NaN : this.#mean;
  }

  /** Samples up to the cut of a rise. */
  get cutSize(): number {
    return this.#nMin;
  }

  /** Mean up to the cut of a rise. */
  get cutMean(): number {
    return this.#meanMin;
  }

  /** Samples since the cut. */
  get changePoint(): number | undefined {
    if (!this.#drift && !this.#warning) return undefined;
    return Math.max(1, this.#n - (this.#rose ? this.#nMin : this.#nMax));
  }

  update(x: number): void {
    if (!(x >= 0 && x <= 1)) refuseValue(this.name, x, 'errors in [0, 1]');
    if (this.#drift) this.#reset();
    this.#n++;
    const n = this.#n;
    this.#mean += (1 / n) * (x - this.#mean);
    const mean = this.#mean;
    const bound = Math.sqrt((1 / (2 * n)) * this.#boundFactor);
    if (this.#nMin === 0 || this.#meanMin + this.#boundMin >= mean + bound) {
      this.#nMin = n;
      this.#meanMin = mean;
      this.#boundMin = bound;
    }
    if (this.#nMax === 0 || this.#meanMax - this.#boundMax <= mean - bound) {
      this.#nMax = n;
      this.#meanMax = mean;
      this.#boundMax = bound;
    }
    const rise = mean - this.#meanMin;
    const scale = this.#nMin === n ? 0 : (((n - this.#nMin) / this.#nMin) * (1 / n)) / 2;
    this.#drift = scale > 0 && rise >= Math.sqrt(scale * this.#driftFactor);
    this.#warning = !this.#drift && scale > 0 && rise >= Math.sqrt(scale * this.#warningFactor);
    this.#rose = this.#drift || this.#warning;
    if (this.#twoSided) this.#checkFall(n, mean);
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      mean: saved(this.#mean),
      nMin: this.#nMin,
      meanMin: saved(this.#meanMin),
      boundMin: saved(this.#boundMin),
      nMax: this.#nMax,
      meanMax: saved(this.#meanMax),
      boundMax: saved(this.#boundMax),
      drift: this.#drift,
      warning: this.#warning,
      rose: this.#rose,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#n = state.number('n');
    this.#mean = state.number('mean');
    this.#nMin = state.number('nMin');
    this.#meanMin = state.number('meanMin');
    this.#boundMin = state.number('boundMin');
    this.#nMax = state.number('nMax');
    this.#meanMax = state.number('meanMax');
    this.#boundMax = state.number('boundMax');
    this.#drift = state.boolean('drift');
    this.#warning = state.boolean('warning');
    this.#rose = state.boolean('rose');
  }

  #checkFall(n: number, mean: number): void {
    if (this.#nMax === n) return;
    const fall = this.#meanMax - mean;
    const scale = (((n - this.#nMax) / this.#nMax) * (1 / n)) / 2;
    if (fall >= Math.sqrt(scale * this.#driftFactor)) this.#drift = true;
    else if (fall >= Math.sqrt(scale * this.#warningFactor)) this.#warning = true;
  }

  #reset(): void {
    this.#n = 0;
    this.#mean = 0;
    this.#nMin = 0;
    this.#nMax = 0;
    this.#drift = false;
    this.#warning = false;
  }
}
