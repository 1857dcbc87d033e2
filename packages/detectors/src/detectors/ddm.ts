import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, saved } from './state.ts';

/** Parameters of {@link Ddm} with river's defaults. */
const DDM_DEFAULTS = {
  /** No check before more samples than this. */
  warmStart: 30,
  /** Standard deviations above the best error rate at which to warn. */
  warningThreshold: 2,
  /** Standard deviations above the best error rate that are drift. */
  driftThreshold: 3,
};

export const DDM: DetectorKind = {
  name: 'ddm',
  falseAlarmsPerRow: 0.42e-4,
  create: (parameters) => new Ddm(parameters),
};

/**
 * Drift detection method (Gama et al., "Learning with drift detection", SBIA 2004): errors as
 * Bernoulli trials, drift when p + s rises above the least p + s ever seen by three of its standard
 * deviations. Takes errors in [0, 1].
 */
export class Ddm implements Detector {
  readonly name = 'ddm';
  readonly #warmStart: number;
  readonly #warningThreshold: number;
  readonly #driftThreshold: number;
  #n = 0;
  #p = 0;
  #pMin = Number.NaN;
  #sMin = Number.NaN;
  #sumMin = Number.POSITIVE_INFINITY;
  #nMin = 0;
  #drift = false;
  #warning = false;

  constructor(parameters: DetectorParameters = {}) {
    const p = withDefaults(this.name, DDM_DEFAULTS, parameters);
    requireInteger(this.name, 'warmStart', p.warmStart, 0);
    requireBetween(this.name, 'warningThreshold', p.warningThreshold, 0, Number.POSITIVE_INFINITY);
    requireBetween(this.name, 'driftThreshold', p.driftThreshold, 0, Number.POSITIVE_INFINITY);
    this.#warmStart = p.warmStart;
    this.#warningThreshold = p.warningThreshold;
    this.#driftThreshold = p.driftThreshold;
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return this.#warning;
  }

  /** Error rate since the last drift. */
  get estimation(): number {
    return this.#n === 0 ? Number.NaN : this.#p;
  }

  /** Error rate where p + s was least; NaN before. */
  get pMin(): number {
    return this.#pMin;
  }

  /** Standard deviation of the error rate there; NaN before. */
  get sMin(): number {
    return this.#sMin;
  }

  /** Samples since p + s was least. */
  get changePoint(): number | undefined {
    return this.#drift || this.#warning ? this.#n - this.#nMin : undefined;
  }

  update(x: number): void {
    if (!(x >= 0 && x <= 1)) refuseValue(this.name, x, 'errors in [0, 1]');
    if (this.#drift) this.#reset();
    this.#n++;
    const n = this.#n;
    this.#p += (1 / n) * (x - this.#p);
    if (n <= this.#warmStart) return;
    const p = this.#p;
    const s = Math.sqrt((p * (1 - p)) / n);
    const sum = p + s;
    if (sum <= this.#sumMin) {
      this.#pMin = p;
      this.#sMin = s;
      this.#sumMin = sum;
      this.#nMin = n;
    }
    this.#warning = sum > this.#pMin + this.#warningThreshold * this.#sMin;
    if (sum > this.#pMin + this.#driftThreshold * this.#sMin) {
      this.#drift = true;
      this.#warning = false;
    }
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      p: saved(this.#p),
      pMin: saved(this.#pMin),
      sMin: saved(this.#sMin),
      sumMin: saved(this.#sumMin),
      nMin: this.#nMin,
      drift: this.#drift,
      warning: this.#warning,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#n = state.number('n');
    this.#p = state.number('p');
    this.#pMin = state.number('pMin');
    this.#sMin = state.number('sMin');
    this.#sumMin = state.number('sumMin');
    this.#nMin = state.number('nMin');
    this.#drift = state.boolean('drift');
    this.#warning = state.boolean('warning');
  }

  #reset(): void {
    this.#n = 0;
    this.#p = 0;
    this.#pMin = Number.NaN;
    this.#sMin = Number.NaN;
    this.#sumMin = Number.POSITIVE_INFINITY;
    this.#nMin = 0;
    this.#drift = false;
    this.#warning = false;
  }
}
