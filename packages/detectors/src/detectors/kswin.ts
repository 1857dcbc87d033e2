import { createRandom, kolmogorovSmirnovPValue, type Random, restoreRandom } from '@driftloop/stats';
import type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detector.ts';
import { invalid, refuseValue, requireBetween, requireInteger, withDefaults } from './parameters.ts';
import { StateReader, saved, savedArray } from './state.ts';

/** Parameters of {@link Kswin} with river's defaults; `seed` is ours. */
const KSWIN_DEFAULTS = {
  /** Chance of a false drift at one check, in (0, 1). */
  alpha: 0.005,
  /** Samples in the window. */
  windowSize: 100,
  /** Newest samples, and samples drawn from the rest to compare them with. */
  statSize: 30,
  /** Seed of the draws. */
  seed: 1,
};

export const KSWIN: DetectorKind = {
  name: 'kswin',
  create: (parameters) => new Kswin(parameters),
};

/**
 * Kolmogorov–Smirnov windowing (Raab, Heusinger and Schleif, "Reactive soft prototype computing for
 * concept drift streams", 2020): the newest samples of a window against as many drawn from its
 * older part, by the exact two-sample test. As in river, drift also needs D > 0.1, and the window
 * is empty after it. river draws with Python's generator, so single detections differ.
 *
 * The window is kept in order of value and p-values in a table by D, so a check is one walk over
 * the window. Takes any finite number.
 */
export class Kswin implements Detector {
  readonly name = 'kswin';
  readonly #alpha: number;
  readonly #size: number;
  readonly #statSize: number;
  readonly #seed: number;
  /** p-value by D · statSize. */
  readonly #pValues: Float64Array;
  /** Ring of values: sample number k is at k % size. */
  readonly #values: Float64Array;
  /** The values in ascending order, and their slots in the ring. */
  readonly #sorted: Float64Array;
  readonly #order: Int32Array;
  /**
   * By slot: 1 for the newest samples, −1 for those drawn from the older ones during a check, else
   * 0.
   */
  readonly #steps: Int8Array;
  readonly #drawn: Int32Array;
  #length = 0;
  #next = 0;
  #pValue = 1;
  #random: Random;
  #drift = false;

  constructor(parameters: DetectorParameters = {}) {
    const p = withDefaults(this.name, KSWIN_DEFAULTS, parameters);
    requireBetween(this.name, 'alpha', p.alpha, 0, 1);
    requireInteger(this.name, 'windowSize', p.windowSize, 2);
    requireInteger(this.name, 'statSize', p.statSize, 1);
    requireInteger(this.name, 'seed', p.seed, 0);
    if (2 * p.statSize > p.windowSize) {
      throw invalid(
        this.name,
        'statSize',
        `must be at most half of windowSize (${p.windowSize}), not ${p.statSize}`,
      );
    }
    this.#alpha = p.alpha;
    this.#size = p.windowSize;
    this.#statSize = p.statSize;
    this.#seed = p.seed;
    this.#random = createRandom(p.seed);
    this.#pValues = pValuesByDistance(p.statSize);
    this.#values = new Float64Array(p.windowSize);
    this.#sorted = new Float64Array(p.windowSize);
    this.#order = new Int32Array(p.windowSize);
    this.#steps = new Int8Array(p.windowSize);
    this.#drawn = new Int32Array(p.statSize);
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return false;
  }

  /** Mean of the newest samples. */
  get estimation(): number {
    const count = Math.min(this.#length, this.#statSize);
    let sum = 0;
    for (let i = 1; i <= count; i++) sum += this.#values[(this.#next - i + this.#size) % this.#size] ?? 0;
    return sum / count;
  }

  /** p-value by D · statSize, from D = 0 to 1: all that a check can answer. */
  get possiblePValues(): Float64Array {
    return this.#pValues.slice();
  }

  /** p-value of the last check; 1 before the first. */
  get pValue(): number {
    return this.#pValue;
  }

  get changePoint(): number | undefined {
    return this.#drift ? this.#statSize : undefined;
  }

  update(x: number): void {
    if (!Number.isFinite(x)) refuseValue(this.name, x, 'finite numbers');
    if (this.#drift) this.#restart();
    const slot = this.#next;
    if (this.#length === this.#size) this.#remove(slot);
    this.#insert(slot, x);
    this.#next = slot + 1 === this.#size ? 0 : slot + 1;
    if (this.#length < this.#size) return;
    const steps = this.#distance();
    this.#pValue = this.#pValues[steps] ?? 1;
    this.#drift = this.#pValue <= this.#alpha && steps / this.#statSize > 0.1;
  }

  save(): DetectorState {
    const random = this.#random.save();
    return {
      detector: this.name,
      values: savedArray(this.#values),
      order: savedArray(this.#order, this.#length),
      next: this.#next,
      pValue: saved(this.#pValue),
      random: random.words,
      drift: this.#drift,
    };
  }

  restore(value: unknown): void {
    const state = new StateReader(value, this.name);
    const words = new Int32Array(4);
    state.into('random', words);
    state.into('values', this.#values);
    this.#length = state.into('order', this.#order);
    this.#next = state.number('next');
    this.#steps.fill(0);
    for (let i = 0; i < this.#length; i++) this.#sorted[i] = this.#values[this.#order[i] ?? 0] ?? 0;
    for (let i = 1; i <= Math.min(this.#length, this.#statSize); i++) {
      this.#steps[(this.#next - i + this.#size) % this.#size] = 1;
    }
    this.#pValue = state.number('pValue');
    this.#random = restoreRandom({ words: [...words], spare: null });
    this.#drift = state.boolean('drift');
  }

  /** river starts afresh, generator included, with an empty window at the update after a drift. */
  #restart(): void {
    this.#length = 0;
    this.#next = 0;
    this.#pValue = 1;
    this.#random = createRandom(this.#seed);
    this.#drift = false;
  }

  #remove(slot: number): void {
    const at = this.#order.indexOf(slot);
    this.#order.copyWithin(at, at + 1, this.#length);
    this.#sorted.copyWithin(at, at + 1, this.#length);
    this.#length--;
  }

  #insert(slot: number, x: number): void {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) <= x) low = middle + 1;
      else high = middle;
    }
    this.#order.copyWithin(low + 1, low, this.#length);
    this.#sorted.copyWithin(low + 1, low, this.#length);
    this.#order[low] = slot;
    this.#sorted[low] = x;
    this.#values[slot] = x;
    this.#steps[slot] = 1;
    const leaving = slot - this.#statSize;
    this.#steps[leaving < 0 ? leaving + this.#size : leaving] = 0;
    this.#length++;
  }

  /** D · statSize between the newest samples and a fresh draw from the older ones. */
  #distance(): number {
    this.#drawOlder();
    const size = this.#size;
    const sorted = this.#sorted;
    const order = this.#order;
    const steps = this.#steps;
    let difference = 0;
    let largest = 0;
    for (let i = 0; i < size; i++) {
      difference += steps[order[i] ?? 0] ?? 0;
      // Equal values step together.
      if (i + 1 === size || sorted[i] !== sorted[i + 1]) largest = Math.max(largest, Math.abs(difference));
    }
    for (const slot of this.#drawn) steps[slot] = 0;
    return largest;
  }

  /** Floyd's sampling without replacement: one random number per sample drawn. */
  #drawOlder(): void {
    const older = this.#size - this.#statSize;
    for (let i = 0; i < this.#statSize; i++) {
      const last = older - this.#statSize + i;
      const candidate = this.#slotOfAge(Math.floor((this.#random.uint32() / 4294967296) * (last + 1)));
      const slot = this.#steps[candidate] === -1 ? this.#slotOfAge(last) : candidate;
      this.#steps[slot] = -1;
      this.#drawn[i] = slot;
    }
  }

  /** The slot of the full window's sample of this age, 0 for the oldest. */
  #slotOfAge(age: number): number {
    const slot = this.#next + age;
    return slot < this.#size ? slot : slot - this.#size;
  }
}

function pValuesByDistance(statSize: number): Float64Array {
  return Float64Array.from(
    { length: statSize + 1 },
    (_, steps) => kolmogorovSmirnovPValue(steps / statSize, statSize, statSize).pValue,
  );
}
