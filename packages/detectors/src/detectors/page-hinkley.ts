import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { invalid, refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, saved } from './state.ts';

/** Parameters of {@link PageHinkley} with river's defaults. */
const PAGE_HINKLEY_DEFAULTS = {
  /** No drift before this many samples. */
  minInstances: 30,
  /** Change of the mean that is tolerated. */
  delta: 0.005,
  /** λ: the sum of differences that is drift. */
  threshold: 50,
  /** Weight of the past in the sums, in (0, 1]. */
  alpha: 1 - 0.0001,
  /** Which changes count: `up`, `down` or `both`. */
  mode: 'both',
};

export const PAGE_HINKLEY: DetectorKind = {
  name: 'page-hinkley',
  falseAlarmsPerRow: 2.65e-4,
  create: (parameters) => new PageHinkley(parameters),
};

/**
 * The Page–Hinkley test (Page, "Continuous inspection schemes", Biometrika 41, 1954; Hinkley 1971),
 * two-sided and fading as in river: cumulated differences from the running mean, less what is
 * tolerated, against their extremes. Takes any finite number.
 */
export class PageHinkley implements Detector {
  readonly name = 'page-hinkley';
  readonly #minInstances: number;
  readonly #delta: number;
  readonly #threshold: number;
  readonly #alpha: number;
  readonly #up: boolean;
  readonly #down: boolean;
  #n = 0;
  #mean = 0;
  #sumUp = 0;
  #sumDown = 0;
  #minUp = Number.POSITIVE_INFINITY;
  #maxDown = -1;
  #nMin = 0;
  #nMax = 0;
  #drift = false;

  constructor(parameters: DetectorParameters = {}) {
    const p = withDefaults(this.name, PAGE_HINKLEY_DEFAULTS, parameters);
    requireInteger(this.name, 'minInstances', p.minInstances, 0);
    requireBetween(this.name, 'delta', p.delta, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    requireBetween(this.name, 'threshold', p.threshold, 0, Number.POSITIVE_INFINITY);
    if (!(p.alpha > 0 && p.alpha <= 1))
      throw invalid(this.name, 'alpha', `must lie in (0, 1], not ${p.alpha}`);
    if (!['up', 'down', 'both'].includes(p.mode)) {
      throw invalid(this.name, 'mode', `must be up, down or both, not ${p.mode}`);
    }
    this.#minInstances = p.minInstances;
    this.#delta = p.delta;
    this.#threshold = p.threshold;
    this.#alpha = p.alpha;
    this.#up = p.mode !== 'down';
    this.#down = p.mode !== 'up';
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return false;
  }

  /** Mean since the last drift. */
  get estimation(): number {
    return this.#n === 0 ? Number.NaN : this.#mean;
  }

  /** How far the sum of a rise is above its least value. */
  get rise(): number {
    return this.#sumUp - this.#minUp;
  }

  /** How far the sum of a fall is below its largest value. */
  get fall(): number {
    return this.#maxDown - this.#sumDown;
  }

  /** Samples since the sum turned. */
  get changePoint(): number | undefined {
    if (!this.#drift) return undefined;
    return Math.max(1, this.#n - (this.#up && this.rise > this.#threshold ? this.#nMin : this.#nMax));
  }

  update(x: number): void {
    if (!Number.isFinite(x)) refuseValue(this.name, x, 'finite numbers');
    if (this.#drift) this.#reset();
    this.#n++;
    this.#mean += (1 / this.#n) * (x - this.#mean);
    const difference = x - this.#mean;
    this.#sumUp = this.#alpha * this.#sumUp + difference - this.#delta;
    this.#sumDown = this.#alpha * this.#sumDown + difference + this.#delta;
    if (this.#sumUp < this.#minUp) {
      this.#minUp = this.#sumUp;
      this.#nMin = this.#n;
    }
    if (this.#sumDown > this.#maxDown) {
      this.#maxDown = this.#sumDown;
      this.#nMax = this.#n;
    }
    if (this.#n >= this.#minInstances) {
      this.#drift =
        (this.#up && this.#sumUp - this.#minUp > this.#threshold) ||
        (this.#down && this.#maxDown - this.#sumDown > this.#threshold);
    }
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      mean: saved(this.#mean),
      sumUp: saved(this.#sumUp),
      sumDown: saved(this.#sumDown),
      minUp: saved(this.#minUp),
      maxDown: saved(this.#maxDown),
      nMin: this.#nMin,
      nMax: this.#nMax,
      drift: this.#drift,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#n = state.number('n');
    this.#mean = state.number('mean');
    this.#sumUp = state.number('sumUp');
    this.#sumDown = state.number('sumDown');
    this.#minUp = state.number('minUp');
    this.#maxDown = state.number('maxDown');
    this.#nMin = state.number('nMin');
    this.#nMax = state.number('nMax');
    this.#drift = state.boolean('drift');
  }

  #reset(): void {
    this.#n = 0;
    this.#mean = 0;
    this.#sumUp = 0;
    this.#sumDown = 0;
    this.#minUp = Number.POSITIVE_INFINITY;
    this.#maxDown = -1;
    this.#nMin = 0;
    this.#nMax = 0;
    this.#drift = false;
  }
}
