import { DriftloopError } from '@driftloop/errors';

/**
 * Two samples as one table: the distinct values in ascending order, and how often each occurs on
 * either side. Every test and distance over empirical distribution functions is a function of this
 * table, so it is the same for raw samples, for merged sketches and for histograms whose bins are
 * taken as one value each.
 */
export interface PairedCounts {
  /** Distinct values, ascending, finite. */
  readonly values: Float64Array;
  /** How often each value occurs in the reference; at least 0. */
  readonly reference: Float64Array;
  /** How often each value occurs in the current sample; at least 0. */
  readonly current: Float64Array;
  /** Sum of `reference`, above 0. */
  readonly referenceTotal: number;
  /** Sum of `current`, above 0. */
  readonly currentTotal: number;
}

/**
 * Tabulates two samples of finite numbers, in any order.
 *
 * @throws DATA_INVALID if a sample is empty or has a value that is not finite.
 */
export function pairSamples(reference: ArrayLike<number>, current: ArrayLike<number>): PairedCounts {
  const a = sortedSample(reference, 'reference');
  const b = sortedSample(current, 'current');
  const values = new Float64Array(a.length + b.length);
  const left = new Float64Array(values.length);
  const right = new Float64Array(values.length);
  let size = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = i < a.length ? (a[i] ?? 0) : Number.POSITIVE_INFINITY;
    const y = j < b.length ? (b[j] ?? 0) : Number.POSITIVE_INFINITY;
    const value = Math.min(x, y);
    const startA = i;
    while (i < a.length && a[i] === value) i++;
    const startB = j;
    while (j < b.length && b[j] === value) j++;
    values[size] = value;
    left[size] = i - startA;
    right[size] = j - startB;
    size++;
  }
  return {
    values: values.slice(0, size),
    reference: left.slice(0, size),
    current: right.slice(0, size),
    referenceTotal: a.length,
    currentTotal: b.length,
  };
}

/**
 * Takes counts over the same ascending values, for instance of bins that are represented by their
 * midpoints.
 *
 * @throws DATA_INVALID if lengths differ, values do not ascend or are not finite, a count is
 *   negative or not finite, or a side has no count at all.
 */
export function pairCounts(
  values: ArrayLike<number>,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): PairedCounts {
  const [left, right] = checkedCounts(reference, current);
  if (values.length !== left.length) {
    throw new DriftloopError('DATA_INVALID', `There are ${values.length} values for ${left.length} counts.`);
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value) || (i > 0 && !(value > (values[i - 1] ?? Number.NaN)))) {
      throw new DriftloopError('DATA_INVALID', `Values must be finite and ascend; value ${i} is ${value}.`);
    }
  }
  return {
    values: new Float64Array(values),
    reference: left,
    current: right,
    referenceTotal: total(left),
    currentTotal: total(right),
  };
}

/**
 * Two rows of counts over the same bins or categories, copied.
 *
 * @throws DATA_INVALID if lengths differ, a count is negative or not finite, or a side has no count
 *   at all.
 */
export function checkedCounts(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): [Float64Array, Float64Array] {
  if (reference.length !== current.length) {
    throw new DriftloopError(
      'DATA_INVALID',
      `The reference has ${reference.length} bins and the current sample ${current.length}; they must be the same bins.`,
    );
  }
  return [checkedRow(reference, 'reference'), checkedRow(current, 'current sample')];
}

/** Sum of counts. */
export function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i] ?? 0;
  return sum;
}

/**
 * A sorted copy of a sample of finite numbers.
 *
 * @throws DATA_INVALID if it is empty or has a value that is not finite.
 */
export function sortedSample(sample: ArrayLike<number>, name: string): Float64Array {
  if (sample.length === 0) throw new DriftloopError('DATA_INVALID', `The ${name} sample is empty.`);
  const sorted = new Float64Array(sample);
  for (let i = 0; i < sorted.length; i++) {
    if (!Number.isFinite(sorted[i])) {
      throw new DriftloopError(
        'DATA_INVALID',
        `The ${name} sample has ${sorted[i]} at ${i}; leave out missing and infinite values and count them apart.`,
      );
    }
    // −0 and 0 are one value, but a typed array sorts them apart.
    if (sorted[i] === 0) sorted[i] = 0;
  }
  return sorted.sort();
}

function checkedRow(counts: ArrayLike<number>, name: string): Float64Array {
  const row = new Float64Array(counts);
  for (let i = 0; i < row.length; i++) {
    const count = row[i] ?? 0;
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY)) {
      throw new DriftloopError(
        'DATA_INVALID',
        `The ${name} has a count of ${count} in bin ${i}; counts are 0 or more.`,
      );
    }
  }
  if (!(total(row) > 0)) throw new DriftloopError('DATA_INVALID', `The ${name} has no counts.`);
  return row;
}
