import type { SavedNumber } from './detector.ts';
import { type StateReader, saved, savedArray } from './state.ts';

// 2^40 samples are more than any stream has.
const LEVELS = 41;

/**
 * A window of a stream as an exponential histogram: buckets of 1, 2, 4, … samples with their total
 * and variance, a few of each size (Datar et al., SIAM J. Comput. 31, 2002; variances as Babcock et
 * al., PODS 2003). Order of operations is river's, so that rounding is too.
 */
export class BucketWindow {
  /** Buckets per level, one more than are kept before two are merged. */
  readonly row: number;
  /**
   * Totals of the buckets: bucket k of level i (2^i samples each, oldest first) is at i · row + k.
   */
  readonly totals: Float64Array;
  /** Sums of squared differences from the mean, in the same places. */
  readonly variances: Float64Array;
  /** Buckets of each level. */
  readonly counts = new Int32Array(LEVELS);
  /** Levels in use, at least 1. */
  levels = 1;
  /** Samples. */
  width = 0;
  /** Their sum. */
  total = 0;
  /** Sum of their squared differences from the mean. */
  variance = 0;

  constructor(maxBuckets: number) {
    this.row = maxBuckets + 1;
    this.totals = new Float64Array(LEVELS * this.row);
    this.variances = new Float64Array(LEVELS * this.row);
  }

  clear(): void {
    this.totals.fill(0);
    this.variances.fill(0);
    this.counts.fill(0);
    this.levels = 1;
    this.width = 0;
    this.total = 0;
    this.variance = 0;
  }

  insert(x: number): void {
    const counts = this.counts;
    const first = counts[0] ?? 0;
    this.totals[first] = x;
    this.variances[first] = 0;
    counts[0] = first + 1;
    const before = this.width;
    this.width = before + 1;
    if (before > 0) {
      const difference = x - this.total / before;
      this.variance += (before * difference * difference) / this.width;
    }
    this.total += x;
    if (first + 1 === this.row) this.#mergeFullLevels();
  }

  dropOldest(): void {
    this.#leaveEmptyLevels();
    const level = this.levels - 1;
    const start = level * this.row;
    const size = 2 ** level;
    const total = this.totals[start] ?? 0;
    const variance = this.variances[start] ?? 0;
    this.width -= size;
    this.total -= total;
    const difference = total / size - this.total / this.width;
    this.variance -= variance + (size * this.width * difference * difference) / (size + this.width);
    this.#shift(level, 1);
    this.#leaveEmptyLevels();
  }

  /** The fields of a saved state. */
  save(): Record<string, SavedNumber | SavedNumber[]> {
    return {
      width: this.width,
      total: saved(this.total),
      variance: saved(this.variance),
      counts: savedArray(this.counts, this.levels),
      totals: this.#bucketsOf(this.totals),
      variances: this.#bucketsOf(this.variances),
    };
  }

  restore(state: StateReader): void {
    this.clear();
    this.levels = state.into('counts', this.counts);
    this.#readBuckets(state, 'totals', this.totals);
    this.#readBuckets(state, 'variances', this.variances);
    this.width = state.number('width');
    this.total = state.number('total');
    this.variance = state.number('variance');
  }

  /** A level with one bucket too many gives its two oldest, as one, to the next level. */
  #mergeFullLevels(): void {
    const { totals, variances, counts, row } = this;
    let size = 1;
    for (let level = 0; counts[level] === row && level + 1 < LEVELS; level++) {
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
      this.#shift(level, 2);
      if (level + 2 > this.levels) this.levels = level + 2;
      size *= 2;
    }
  }

  /** Takes the oldest buckets of a level away. */
  #shift(level: number, by: number): void {
    const { totals, variances } = this;
    const start = level * this.row;
    const rest = (this.counts[level] ?? 0) - by;
    for (let at = start; at < start + rest; at++) {
      totals[at] = totals[at + by] ?? 0;
      variances[at] = variances[at + by] ?? 0;
    }
    this.counts[level] = rest;
  }

  #leaveEmptyLevels(): void {
    while (this.levels > 1 && this.counts[this.levels - 1] === 0) this.levels--;
  }

  /** The buckets of all levels one after the other, without the empty places between them. */
  #bucketsOf(values: Float64Array): SavedNumber[] {
    const buckets: SavedNumber[] = [];
    for (let level = 0; level < this.levels; level++) {
      for (let k = 0; k < (this.counts[level] ?? 0); k++)
        buckets.push(saved(values[level * this.row + k] ?? 0));
    }
    return buckets;
  }

  #readBuckets(state: StateReader, field: string, target: Float64Array): void {
    const buckets = new Float64Array(target.length);
    state.into(field, buckets);
    let next = 0;
    for (let level = 0; level < this.levels; level++) {
      for (let k = 0; k < (this.counts[level] ?? 0); k++) target[level * this.row + k] = buckets[next++] ?? 0;
    }
  }
}
