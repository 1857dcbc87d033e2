import { BucketWindow } from './bucket-window.ts';
import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader } from './state.ts';

/** Parameters of {@link Adwin} with river's defaults. */
const ADWIN_DEFAULTS = {
  /** Confidence: the chance of a false cut at one check, roughly. In (0, 1). */
  delta: 0.002,
  /** Samples between checks. */
  clock: 32,
  /** Buckets of a size before two are merged into one of twice the size. */
  maxBuckets: 5,
  /** Least samples on either side of a cut. */
  minWindowLength: 5,
  /** No check before more samples than this. */
  gracePeriod: 10,
};

/** What happens to the window after a detection. */
export type AfterDetection = 'drop-window' | 'keep-newer';

/** As river has it: sensitive, so one of those that run by default. */
export const ADWIN: DetectorKind = {
  name: 'adwin',
  byDefault: true,
  falseAlarmsPerRow: 1.84e-4,
  create: (parameters) => new Adwin(parameters),
};

/** As the paper has it. */
export const ADWIN_PAPER: DetectorKind = {
  name: 'adwin-paper',
  falseAlarmsPerRow: 1.84e-4,
  create: (parameters) => new Adwin(parameters, 'keep-newer'),
};

/**
 * ADWIN2: a window that shrinks when the means of its older and newer part differ (Bifet and
 * Gavaldà, "Learning from time-changing data with adaptive windowing", SDM 2007). Samples are kept
 * as buckets (`BucketWindow`).
 *
 * After a detection river drops the whole window at the next update (`drop-window`); the paper
 * keeps the newer part (`keep-newer`), so that the estimate after a change is at once that of the
 * new concept.
 */
export class Adwin implements Detector {
  readonly name: string;
  readonly #clock: number;
  readonly #delta: number;
  readonly #minWindow: number;
  readonly #grace: number;
  readonly #keepNewer: boolean;
  readonly #window: BucketWindow;
  #tick = 0;
  #drift = false;

  constructor(parameters: DetectorParameters = {}, after: AfterDetection = 'drop-window') {
    this.name = after === 'keep-newer' ? 'adwin-paper' : 'adwin';
    const p = withDefaults(this.name, ADWIN_DEFAULTS, parameters);
    requireBetween(this.name, 'delta', p.delta, 0, 1);
    requireInteger(this.name, 'clock', p.clock, 1);
    requireInteger(this.name, 'maxBuckets', p.maxBuckets, 1);
    requireInteger(this.name, 'minWindowLength', p.minWindowLength, 1);
    requireInteger(this.name, 'gracePeriod', p.gracePeriod, 0);
    this.#clock = p.clock;
    this.#delta = p.delta;
    this.#minWindow = p.minWindowLength;
    this.#grace = p.gracePeriod;
    this.#keepNewer = after === 'keep-newer';
    this.#window = new BucketWindow(p.maxBuckets);
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return false;
  }

  /** Mean of the window. */
  get estimation(): number {
    return this.width === 0 ? Number.NaN : this.#window.total / this.width;
  }

  /** Samples in the window. */
  get width(): number {
    return this.#window.width;
  }

  /** Sum of squared differences from the mean over the window. */
  get variance(): number {
    return this.#window.variance;
  }

  get changePoint(): number | undefined {
    return this.#drift ? this.width : undefined;
  }

  update(x: number): void {
    if (!Number.isFinite(x)) refuseValue(this.name, x, 'finite numbers');
    if (this.#drift) this.#startAfresh();
    this.#window.insert(x);
    this.#tick++;
    if (this.#tick % this.#clock === 0 && this.#window.width > this.#grace) {
      while (this.#hasCut()) {
        this.#drift = true;
        this.#window.dropOldest();
      }
    }
  }

  save(): DetectorState {
    return { detector: this.name, drift: this.#drift, tick: this.#tick, ...this.#window.save() };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#window.restore(state);
    this.#drift = state.boolean('drift');
    this.#tick = state.number('tick');
  }

  #startAfresh(): void {
    this.#drift = false;
    if (this.#keepNewer) return;
    this.#window.clear();
    this.#tick = 0;
  }

  /**
   * Whether the means on both sides of some bucket border differ by more than the bound allows;
   * oldest border first.
   */
  #hasCut(): boolean {
    const { totals, counts, row, levels, width } = this.#window;
    const minWindow = this.#minWindow;
    const offset = 1 - minWindow;
    const deltaPrime = Math.log((2 * Math.log(width)) / this.#delta);
    const spread = this.#window.variance / width;
    const mean = this.#window.total / width;
    const rootFactor = (2 * spread * deltaPrime * (1 - 1e-6)) / (width * width);
    let n0 = 0;
    let n1 = width;
    let u0 = 0;
    let u1 = this.#window.total;
    // Powers of two by halving: an exponentiation per level would cost as much as the buckets.
    let size = 2 ** (levels - 1);
    for (let level = levels - 1; level >= 0; level--) {
      const start = level * row;
      const end = start + (counts[level] ?? 0);
      for (let at = start; at < end; at++) {
        const total = totals[at] ?? 0;
        n0 += size;
        n1 -= size;
        u0 += total;
        u1 -= total;
        if (n1 < minWindow) return false;
        if (n0 < minWindow) continue;
        const a = n0 + offset;
        const b = n1 + offset;
        // The bound's square root alone, squared and without its divisions, rules out most borders.
        // The margin covers rounding; an overflow or NaN compares as false and goes on to the bound
        // itself.
        const surplus = u0 - n0 * mean;
        const sizes = n0 * n1;
        if (surplus * surplus * a * b < rootFactor * (a + b) * sizes * sizes) continue;
        const difference = Math.abs(u0 / n0 - u1 / n1);
        const harmonic = 1 / a + 1 / b;
        const bound = Math.sqrt(2 * harmonic * spread * deltaPrime) + (2 / 3) * deltaPrime * harmonic;
        if (difference > bound) return true;
      }
      size /= 2;
    }
    return false;
  }
}
