import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { refuseValue, requireBetween, withDefaults } from './parameters.ts';
import { StateReader, saved, savedArray } from './state.ts';

/** Parameters of {@link HddmW} with river's defaults. */
const HDDM_W_DEFAULTS = {
  /** Chance of a false drift at one cut, in (0, 1). */
  driftConfidence: 0.001,
  /** Chance of a false warning at one cut, in (0, 1). */
  warningConfidence: 0.005,
  /** Weight of the newest value in the moving average, in (0, 1). */
  lambdaVal: 0.05,
  /** Whether a fall of the mean is drift too. */
  twoSidedTest: false,
};

export const HDDM_W: DetectorKind = {
  name: 'hddm-w',
  falseAlarmsPerRow: 1.26e-4,
  create: (parameters) => new HddmW(parameters),
};

/**
 * Hoeffding drift detection with exponentially weighted averages (Frías-Blanco et al., IEEE TKDE
 * 27(3), 2015): the average up to the cut with the least McDiarmid bound, against the average
 * since. Takes errors in [0, 1].
 */
export class HddmW implements Detector {
  readonly name = 'hddm-w';
  readonly #lambda: number;
  readonly #keep: number;
  readonly #lambdaSquare: number;
  readonly #keepSquare: number;
  readonly #driftFactor: number;
  readonly #warningFactor: number;
  readonly #twoSided: boolean;
  #n = 0;
  #average = 0;
  #condition = 1;
  /**
   * Of either side: average and bound condition up to the cut, the same since it, least bound,
   * samples since the cut.
   */
  readonly #rise = new Float64Array(6);
  readonly #fall = new Float64Array(6);
  #drift = false;
  #warning = false;
  #rose = true;

  constructor(parameters: DetectorParameters = {}) {
    const p = withDefaults(this.name, HDDM_W_DEFAULTS, parameters);
    requireBetween(this.name, 'driftConfidence', p.driftConfidence, 0, 1);
    requireBetween(this.name, 'warningConfidence', p.warningConfidence, 0, 1);
    requireBetween(this.name, 'lambdaVal', p.lambdaVal, 0, 1);
    this.#lambda = p.lambdaVal;
    this.#keep = 1 - p.lambdaVal;
    this.#lambdaSquare = this.#lambda * this.#lambda;
    this.#keepSquare = this.#keep * this.#keep;
    this.#driftFactor = Math.log(1 / p.driftConfidence);
    this.#warningFactor = Math.log(1 / p.warningConfidence);
    this.#twoSided = p.twoSidedTest;
    this.#reset();
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return this.#warning;
  }

  /** The moving average. */
  get estimation(): number {
    return this.#n === 0 ? Number.NaN : this.#average;
  }

  /**
   * McDiarmid's independent bound condition of the moving average: the sum of its squared weights.
   */
  get boundCondition(): number {
    return this.#condition;
  }

  /** Moving average since the cut of a rise; undefined right at the cut. */
  get averageSinceCut(): number | undefined {
    return this.#rise[SINCE_COUNT] === 0 ? undefined : this.#rise[SINCE_AVERAGE];
  }

  /** Samples since the cut. */
  get changePoint(): number | undefined {
    if (!this.#drift && !this.#warning) return undefined;
    return (this.#rose ? this.#rise : this.#fall)[SINCE_COUNT];
  }

  update(x: number): void {
    if (!(x >= 0 && x <= 1)) refuseValue(this.name, x, 'errors in [0, 1]');
    if (this.#drift) this.#reset();
    this.#average = this.#n === 0 ? x : this.#lambda * x + this.#keep * this.#average;
    this.#n++;
    this.#condition = this.#lambdaSquare + this.#keepSquare * this.#condition;
    const bound = Math.sqrt((this.#condition * this.#driftFactor) / 2);
    this.#follow(this.#rise, x, this.#average + bound);
    const rise = (this.#rise[SINCE_AVERAGE] ?? 0) - (this.#rise[BEFORE_AVERAGE] ?? 0);
    const scale = this.#scale(this.#rise);
    this.#drift = rise > Math.sqrt((scale * this.#driftFactor) / 2);
    this.#warning = !this.#drift && rise > Math.sqrt((scale * this.#warningFactor) / 2);
    this.#rose = this.#drift || this.#warning;
    if (this.#twoSided) {
      this.#follow(this.#fall, x, bound - this.#average);
      const fall = (this.#fall[BEFORE_AVERAGE] ?? 0) - (this.#fall[SINCE_AVERAGE] ?? 0);
      const fallScale = this.#scale(this.#fall);
      if (fall > Math.sqrt((fallScale * this.#driftFactor) / 2)) this.#drift = true;
      else if (fall > Math.sqrt((fallScale * this.#warningFactor) / 2)) this.#warning = true;
    }
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      average: saved(this.#average),
      condition: saved(this.#condition),
      rise: savedArray(this.#rise),
      fall: savedArray(this.#fall),
      drift: this.#drift,
      warning: this.#warning,
      rose: this.#rose,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#n = state.number('n');
    this.#average = state.number('average');
    this.#condition = state.number('condition');
    state.into('rise', this.#rise);
    state.into('fall', this.#fall);
    this.#drift = state.boolean('drift');
    this.#warning = state.boolean('warning');
    this.#rose = state.boolean('rose');
  }

  /**
   * Moves the cut here if the bound has never been as low, else adds x to the average since the
   * cut.
   */
  #follow(side: Float64Array, x: number, bound: number): void {
    if (bound < (side[LEAST_BOUND] ?? 0)) {
      side[LEAST_BOUND] = bound;
      side[BEFORE_AVERAGE] = this.#average;
      side[BEFORE_CONDITION] = this.#condition;
      side[SINCE_AVERAGE] = 0;
      side[SINCE_CONDITION] = 1;
      side[SINCE_COUNT] = 0;
      return;
    }
    const count = side[SINCE_COUNT] ?? 0;
    side[SINCE_AVERAGE] = count === 0 ? x : this.#lambda * x + this.#keep * (side[SINCE_AVERAGE] ?? 0);
    side[SINCE_CONDITION] = this.#lambdaSquare + this.#keepSquare * (side[SINCE_CONDITION] ?? 0);
    side[SINCE_COUNT] = count + 1;
  }

  /** Infinite right at the cut, where there is nothing to compare yet. */
  #scale(side: Float64Array): number {
    if (side[SINCE_COUNT] === 0) return Number.POSITIVE_INFINITY;
    return (side[BEFORE_CONDITION] ?? 0) + (side[SINCE_CONDITION] ?? 0);
  }

  #reset(): void {
    this.#n = 0;
    this.#average = 0;
    this.#condition = 1;
    for (const side of [this.#rise, this.#fall]) {
      side.fill(0);
      side[LEAST_BOUND] = Number.POSITIVE_INFINITY;
      side[SINCE_CONDITION] = 1;
    }
    this.#drift = false;
    this.#warning = false;
  }
}

const BEFORE_AVERAGE = 0;
const BEFORE_CONDITION = 1;
const SINCE_AVERAGE = 2;
const SINCE_CONDITION = 3;
const LEAST_BOUND = 4;
const SINCE_COUNT = 5;
