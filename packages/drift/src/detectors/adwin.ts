import type { Detector, DetectorParameters, DetectorState, SavedNumber } from './detector.ts';
import { refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, saved, savedArray } from './state.ts';

/** Parameters of {@link Adwin} with river's defaults. */
export const ADWIN_DEFAULTS = {
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

// 2^40 samples of 2^40 levels are more than any stream has.
const LEVELS = 41;

/**
 * ADWIN2: a window that shrinks when the means of its older and newer part differ (Bifet and Gavaldà, "Learning from
 * time-changing data with adaptive windowing", SDM 2007). Samples are kept as buckets of 1, 2, 4, … with total and variance.
 *
 * After a detection river drops the whole window at the next update (`drop-window`); the paper keeps the newer part
 * (`keep-newer`), so that the estimate after a change is at once that of the new concept.
 */
export class Adwin implements Detector {
  readonly name: string;
  readonly #clock: number;
  readonly #delta: number;
  readonly #minWindow: number;
  readonly #grace: number;
  readonly #maxBuckets: number;
  readonly #row: number;
  readonly #keepNewer: boolean;
  /** Bucket k of level i (2^i samples each, oldest first) is at i · row + k. */
  readonly #totals: Float64Array;
  readonly #variances: Float64Array;
  readonly #counts = new Int32Array(LEVELS);
  #levels = 1;
  #width = 0;
  #total = 0;
  #variance = 0;
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
    this.#maxBuckets = p.maxBuckets;
    this.#row = p.maxBuckets + 1;
    this.#keepNewer = after === 'keep-newer';
    this.#totals = new Float64Array(LEVELS * this.#row);
    this.#variances = new Float64Array(LEVELS * this.#row);
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return false;
  }

  /** Mean of the window. */
  get estimation(): number {
    return this.#width === 0 ? Number.NaN : this.#total / this.#width;
  }

  /** Samples in the window. */
  get width(): number {
    return this.#width;
  }

  /** Sum of squared differences from the mean over the window. */
  get variance(): number {
    return this.#variance;
  }

  get changePoint(): number | undefined {
    return this.#drift ? this.#width : undefined;
  }

  update(x: number): void {
    if (!Number.isFinite(x)) refuseValue(this.name, x, 'finite numbers');
    if (this.#drift) {
      if (!this.#keepNewer) this.#reset();
      this.#drift = false;
    }
    this.#insert(x);
    this.#tick++;
    if (this.#tick % this.#clock === 0 && this.#width > this.#grace) {
      while (this.#hasCut()) {
        this.#drift = true;
        this.#dropOldest();
      }
    }
  }

  save(): DetectorState {
    return {
      detector: this.name,
      drift: this.#drift,
      tick: this.#tick,
      width: this.#width,
      total: saved(this.#total),
      variance: saved(this.#variance),
      counts: savedArray(this.#counts, this.#levels),
      totals: this.#bucketsOf(this.#totals),
      variances: this.#bucketsOf(this.#variances),
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    this.#reset();
    this.#levels = state.into('counts', this.#counts);
    this.#readBuckets(state, 'totals', this.#totals);
    this.#readBuckets(state, 'variances', this.#variances);
    this.#drift = state.boolean('drift');
    this.#tick = state.number('tick');
    this.#width = state.number('width');
    this.#total = state.number('total');
    this.#variance = state.number('variance');
  }

  /** The buckets of all levels one after the other, without the empty places between them. */
  #bucketsOf(values: Float64Array): SavedNumber[] {
    const buckets: SavedNumber[] = [];
    for (let level = 0; level < this.#levels; level++) {
      for (let k = 0; k < (this.#counts[level] ?? 0); k++)
        buckets.push(saved(values[level * this.#row + k] ?? 0));
    }
    return buckets;
  }

  #readBuckets(state: StateReader, field: string, target: Float64Array): void {
    const buckets = new Float64Array(target.length);
    state.into(field, buckets);
    let next = 0;
    for (let level = 0; level < this.#levels; level++) {
      for (let k = 0; k < (this.#counts[level] ?? 0); k++)
        target[level * this.#row + k] = buckets[next++] ?? 0;
    }
  }

  #reset(): void {
    this.#totals.fill(0);
    this.#variances.fill(0);
    this.#counts.fill(0);
    this.#levels = 1;
    this.#width = 0;
    this.#total = 0;
    this.#variance = 0;
    this.#tick = 0;
    this.#drift = false;
  }

  #insert(x: number): void {
    const counts = this.#counts;
    const first = counts[0] ?? 0;
    this.#totals[first] = x;
    this.#variances[first] = 0;
    counts[0] = first + 1;
    const before = this.#width;
    this.#width = before + 1;
    if (before > 0) {
      const difference = x - this.#total / before;
      this.#variance += (before * difference * difference) / this.#width;
    }
    this.#total += x;
    if (first === this.#maxBuckets) this.#mergeFullLevels();
  }

  /** A level with one bucket too many gives its two oldest, as one, to the next level. */
  #mergeFullLevels(): void {
    const totals = this.#totals;
    const variances = this.#variances;
    const counts = this.#counts;
    const row = this.#row;
    let size = 1;
    for (let level = 0; (counts[level] ?? 0) > this.#maxBuckets && level + 1 < LEVELS; level++) {
      const start = level * row;
      const total1 = totals[start] ?? 0;
      const total2 = totals[start + 1] ?? 0;
      const difference = total1 / size - total2 / size;
      const next = counts[level + 1] ?? 0;
      const target = start + row + next;
      totals[target] = total1 + total2;
      variances[target] =
        (variances[start] ?? 0) + (variances[start + 1] ?? 0) + size * 0.5 * difference * difference;
      counts[level + 1] = next + 1;
      const rest = (counts[level] ?? 0) - 2;
      for (let k = 0; k < rest; k++) {
        totals[start + k] = totals[start + k + 2] ?? 0;
        variances[start + k] = variances[start + k + 2] ?? 0;
      }
      counts[level] = rest;
      if (level + 2 > this.#levels) this.#levels = level + 2;
      size *= 2;
    }
  }

  /** Whether the means on both sides of some bucket border differ by more than the bound allows; oldest border first. */
  #hasCut(): boolean {
    const totals = this.#totals;
    const counts = this.#counts;
    const row = this.#row;
    const width = this.#width;
    const minWindow = this.#minWindow;
    const offset = 1 - minWindow;
    const deltaPrime = Math.log((2 * Math.log(width)) / this.#delta);
    const spread = this.#variance / width;
    const mean = this.#total / width;
    const rootFactor = (2 * spread * deltaPrime * (1 - 1e-6)) / (width * width);
    let n0 = 0;
    let n1 = width;
    let u0 = 0;
    let u1 = this.#total;
    // Powers of two by halving: an exponentiation per level would cost as much as the buckets.
    let size = 2 ** (this.#levels - 1);
    for (let level = this.#levels - 1; level >= 0; level--) {
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
        // The bound's square root alone, squared and without its divisions, rules out most borders. The margin covers rounding;
        // an overflow or NaN compares as false and goes on to the bound itself.
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

  #dropOldest(): void {
    const counts = this.#counts;
    while (this.#levels > 1 && counts[this.#levels - 1] === 0) this.#levels--;
    const level = this.#levels - 1;
    const start = level * this.#row;
    const size = 2 ** level;
    const total = this.#totals[start] ?? 0;
    const variance = this.#variances[start] ?? 0;
    this.#width -= size;
    this.#total -= total;
    const difference = total / size - this.#total / this.#width;
    this.#variance -= variance + (size * this.#width * difference * difference) / (size + this.#width);
    const rest = (counts[level] ?? 0) - 1;
    for (let k = 0; k < rest; k++) {
      this.#totals[start + k] = this.#totals[start + k + 1] ?? 0;
      this.#variances[start + k] = this.#variances[start + k + 1] ?? 0;
    }
    counts[level] = rest;
    while (this.#levels > 1 && counts[this.#levels - 1] === 0) this.#levels--;
  }
}
