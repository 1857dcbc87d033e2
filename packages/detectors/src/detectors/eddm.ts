import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { invalid, refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, saved } from './state.ts';

/** Parameters of {@link Eddm} with river's defaults. */
const EDDM_DEFAULTS = {
  /** No check before more samples and more errors than this. */
  warmStart: 30,
  /** Share of the largest distance below which to warn. */
  alpha: 0.95,
  /** Share of the largest distance below which is drift; at most alpha. */
  beta: 0.9,
};

export const EDDM: DetectorKind = {
  name: 'eddm',
  falseAlarmsPerRow: 9.58e-4,
  create: (parameters) => new Eddm(parameters),
};

/**
 * Early drift detection method (Baena-García et al., 2006): the distance between two errors, mean
 * plus two standard deviations, against the largest it has been. It looks only at errors, so a
 * warning stands until the next error and is still up at the update that flags drift. Takes errors
 * in [0, 1]; only 1 is an error.
 */
export class Eddm implements Detector {
  readonly name = 'eddm';
  readonly #warmStart: number;
  readonly #alpha: number;
  readonly #beta: number;
  #n = 0;
  #lastError = 0;
  #errors = 0;
  #mean = 0;
  #squares = 0;
  #largest = -1;
  #nLargest = 0;
  #drift = false;
  #warning = false;

  constructor(parameters: DetectorParameters = {}) {
    const p = withDefaults(this.name, EDDM_DEFAULTS, parameters);
    requireInteger(this.name, 'warmStart', p.warmStart, 0);
    requireBetween(this.name, 'alpha', p.alpha, 0, Number.POSITIVE_INFINITY);
    requireBetween(this.name, 'beta', p.beta, 0, Number.POSITIVE_INFINITY);
    if (p.alpha < p.beta)
      throw invalid(this.name, 'alpha', `must be at least beta (${p.beta}), not ${p.alpha}`);
    this.#warmStart = p.warmStart;
    this.#alpha = p.alpha;
    this.#beta = p.beta;
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return this.#warning;
  }

  /** Error rate since the last drift. */
  get estimation(): number {
    return this.#n === 0 ? Number.NaN : this.#errors / this.#n;
  }

  /** Mean distance between errors, in samples. */
  get meanDistance(): number {
    return this.#mean;
  }

  /** Sample variance of the distance; 0 below two errors. */
  get distanceVariance(): number {
    return this.#errors > 1 ? this.#squares / (this.#errors - 1) : 0;
  }

  /** Largest mean plus two standard deviations so far; −1 before. */
  get largestDistance(): number {
    return this.#largest;
  }

  /** Samples since the distance was largest. */
  get changePoint(): number | undefined {
    return this.#drift || this.#warning ? Math.max(1, this.#n - this.#nLargest) : undefined;
  }

  update(x: number): void {
    if (!(x >= 0 && x <= 1)) refuseValue(this.name, x, 'errors in [0, 1]');
    if (this.#drift) this.#reset();
    this.#n++;
    if (x !== 1) return;
    this.#errors++;
    const distance = this.#n - this.#lastError;
    const before = distance - this.#mean;
    this.#mean += (1 / this.#errors) * before;
    this.#squares += before * (distance - this.#mean);
    this.#lastError = this.#n;
    if (this.#n > this.#warmStart) this.#check();
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      lastError: this.#lastError,
      errors: this.#errors,
      mean: saved(this.#mean),
      squares: saved(this.#squares),
      largest: saved(this.#largest),
      nLargest: this.#nLargest,
      drift: this.#drift,
      warning: this.#warning,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#n = state.number('n');
    this.#lastError = state.number('lastError');
    this.#errors = state.number('errors');
    this.#mean = state.number('mean');
    this.#squares = state.number('squares');
    this.#largest = state.number('largest');
    this.#nLargest = state.number('nLargest');
    this.#drift = state.boolean('drift');
    this.#warning = state.boolean('warning');
  }

  #check(): void {
    const sum = this.#mean + 2 * Math.sqrt(this.distanceVariance);
    if (sum > this.#largest) {
      this.#largest = sum;
      this.#nLargest = this.#n;
    } else if (this.#errors > this.#warmStart) {
      const level = sum / this.#largest;
      if (level < this.#beta) this.#drift = true;
      else this.#warning = level < this.#alpha;
    }
  }

  #reset(): void {
    this.#n = 0;
    this.#lastError = 0;
    this.#errors = 0;
    this.#mean = 0;
    this.#squares = 0;
    this.#largest = -1;
    this.#nLargest = 0;
    this.#drift = false;
    this.#warning = false;
  }
}
