import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { invalid, refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, savedArray } from './state.ts';

/** Parameters of {@link Fhddm} with river's defaults. */
const FHDDM_DEFAULTS = {
  /** Samples in the window. */
  slidingWindowSize: 100,
  /** Chance of a false drift at one check, in (0, 1). */
  confidenceLevel: 0.000001,
  /** Samples in a second, shorter window (the stacked form, FHDDMS); 0 for none. */
  shortWindowSize: 0,
};

export const FHDDM: DetectorKind = {
  name: 'fhddm',
  create: (parameters) => new Fhddm(parameters),
};

/**
 * Fast Hoeffding drift detection (Pesaranghader and Viktor, ECML-PKDD 2016): drift when the share
 * of correct answers in a sliding window falls below its maximum by more than Hoeffding's bound.
 * Takes errors in [0, 1], 1 = wrong, as all detectors here. (river 0.26.1 flags a fall of the share
 * of ones, so with 1 = error it finds improvements; fed 1 − x it answers like this one.)
 */
export class Fhddm implements Detector {
  readonly name = 'fhddm';
  readonly #size: number;
  readonly #shortSize: number;
  readonly #bound: number;
  readonly #shortBound: number;
  readonly #window: Float64Array;
  #n = 0;
  #correct = 0;
  #shortCorrect = 0;
  #best = 0;
  #shortBest = 0;
  #nBest = 0;
  #drift = false;

  constructor(parameters: DetectorParameters = {}) {
    const p = withDefaults(this.name, FHDDM_DEFAULTS, parameters);
    requireInteger(this.name, 'slidingWindowSize', p.slidingWindowSize, 1);
    requireBetween(this.name, 'confidenceLevel', p.confidenceLevel, 0, 1);
    const short = p.shortWindowSize;
    requireInteger(this.name, 'shortWindowSize', short, 0);
    if (short > p.slidingWindowSize) {
      throw invalid(
        this.name,
        'shortWindowSize',
        `must be at most slidingWindowSize (${p.slidingWindowSize}), not ${short}`,
      );
    }
    this.#size = p.slidingWindowSize;
    this.#shortSize = short;
    const log = Math.log(1 / p.confidenceLevel);
    this.#bound = Math.sqrt(log / (2 * this.#size));
    this.#shortBound = short > 0 ? Math.sqrt(log / (2 * short)) : Number.POSITIVE_INFINITY;
    this.#window = new Float64Array(this.#size);
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return false;
  }

  /** Error rate of the window. */
  get estimation(): number {
    return this.#n === 0 ? Number.NaN : 1 - this.#correct / Math.min(this.#n, this.#size);
  }

  /** Samples since the share of correct answers was highest. */
  get changePoint(): number | undefined {
    return this.#drift ? Math.max(1, this.#n - this.#nBest) : undefined;
  }

  update(x: number): void {
    if (!(x >= 0 && x <= 1)) refuseValue(this.name, x, 'errors in [0, 1]');
    if (this.#drift) this.#reset();
    const size = this.#size;
    const slot = this.#n % size;
    const correct = 1 - x;
    if (this.#shortSize > 0) this.#slideShort(slot, correct);
    this.#correct += correct - (this.#window[slot] ?? 0);
    this.#window[slot] = correct;
    this.#n++;
    if (this.#n < size) return;
    const share = this.#correct / size;
    if (share > this.#best) {
      this.#best = share;
      this.#nBest = this.#n;
    }
    this.#drift = this.#best - share > this.#bound;
    if (this.#shortSize > 0) {
      const shortShare = this.#shortCorrect / this.#shortSize;
      if (shortShare > this.#shortBest) this.#shortBest = shortShare;
      if (this.#shortBest - shortShare > this.#shortBound) this.#drift = true;
    }
  }

  save(): DetectorState {
    return {
      detector: this.name,
      n: this.#n,
      window: savedArray(this.#window, Math.min(this.#n, this.#size)),
      correct: this.#correct,
      shortCorrect: this.#shortCorrect,
      best: this.#best,
      shortBest: this.#shortBest,
      nBest: this.#nBest,
      drift: this.#drift,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#reset();
    this.#n = state.number('n');
    state.into('window', this.#window);
    this.#correct = state.number('correct');
    this.#shortCorrect = state.number('shortCorrect');
    this.#best = state.number('best');
    this.#shortBest = state.number('shortBest');
    this.#nBest = state.number('nBest');
    this.#drift = state.boolean('drift');
  }

  /** What leaves the short window is `shortSize` places behind; empty places are 0. */
  #slideShort(slot: number, correct: number): void {
    const leaving = (slot - this.#shortSize + this.#size) % this.#size;
    this.#shortCorrect += correct - (this.#window[leaving] ?? 0);
  }

  #reset(): void {
    this.#window.fill(0);
    this.#n = 0;
    this.#correct = 0;
    this.#shortCorrect = 0;
    this.#best = 0;
    this.#shortBest = 0;
    this.#nBest = 0;
    this.#drift = false;
  }
}
