import { MAGNITUDE_SUMS, NONE, OUTSIDE, sumsOfBins, WIDE } from '../layout/fault-layout.ts';
import type { NumericLayout } from '../layout/input-layout.ts';
import type { MagnitudeReference } from '../profile/reference-profile.ts';
import type { IntegerVector } from '../sketch/integer-vector.ts';
import { LOG_BITS } from '../sketch/log-magnitude.ts';

/** Spread of log2 of the magnitudes that rounding in the sketch leaves of a single value. */
export const ONE_VALUE = 0.03;

/** log2 of the magnitudes of some values. */
export interface MagnitudesOf {
  /** Values that are not 0. */
  readonly count: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  /** Values that are 0. */
  readonly zeros: number;
}

/** Of all finite values of a column, and of parts of them. */
export interface ColumnMagnitudes {
  readonly all: MagnitudesOf;
  /** In the range of the reference. */
  readonly inside: MagnitudesOf;
  readonly outside: MagnitudesOf;
  /** Of those whose bin does not say it: outside, and in wide bins. */
  readonly loose: MagnitudesOf;
}

/**
 * How large the values of a column are: by its sums, and where there are none by the reference's
 * bins.
 *
 * @param at first of its sums in the window's content
 * @param now counts of the window in the bins
 */
export function magnitudesIn(
  content: IntegerVector,
  at: number,
  now: readonly number[],
  { edges }: NumericLayout,
  { bins }: MagnitudeReference,
): ColumnMagnitudes {
  const rows = [0, 0, 0];
  const known = sumsOfBins(edges).reduce<Sums>((sums, kind, bin) => {
    const values = now[bin] ?? 0;
    rows[kind] = (rows[kind] ?? 0) + values;
    if (kind !== NONE) return sums;
    const { mean = 0, std = 0, zeros = 0 } = bins[bin] ?? {};
    const count = values * (1 - zeros);
    const squares = count * (mean * mean + std * std);
    return added(sums, { count, zeros: values * zeros, sum: count * mean, squares });
  }, NOTHING);
  const summed = (kind: number): Sums => {
    const start = at + (kind - OUTSIDE) * MAGNITUDE_SUMS;
    const zeros = content[start + 2] ?? 0;
    const sum = (content[start] ?? 0) / 2 ** LOG_BITS;
    const squares = (content[start + 1] ?? 0) / 2 ** (2 * LOG_BITS);
    return { count: Math.max(0, (rows[kind] ?? 0) - zeros), zeros, sum, squares };
  };
  const [outside, wide] = [summed(OUTSIDE), summed(WIDE)];
  const inside = added(known, wide);
  const [loose, all] = [added(outside, wide), added(outside, inside)];
  return {
    all: moments(all),
    inside: moments(inside),
    outside: moments(outside),
    loose: moments(loose),
  };
}

const NOTHING: Sums = { count: 0, zeros: 0, sum: 0, squares: 0 };

function added(a: Sums, b: Sums): Sums {
  return {
    count: a.count + b.count,
    zeros: a.zeros + b.zeros,
    sum: a.sum + b.sum,
    squares: a.squares + b.squares,
  };
}

interface Sums {
  readonly count: number;
  readonly zeros: number;
  readonly sum: number;
  readonly squares: number;
}

function moments({ count, zeros, sum, squares }: Sums): MagnitudesOf {
  const mean = count > 0 ? sum / count : 0;
  return { count, zeros, mean, std: count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0 };
}

/**
 * Whether values other than 0 are one and the same, and one other at most. Logarithms are whole
 * 128ths, so their sum and that of their squares say it exactly: n - 1 times the value and the
 * other one have to make up both.
 */
export function isOneValue({ count, mean, std }: MagnitudesOf): boolean {
  const sum = Math.round(count * mean * 2 ** LOG_BITS);
  const squares = Math.round(count * (std * std + mean * mean) * 2 ** (2 * LOG_BITS));
  const middle = Math.round(mean * 2 ** LOG_BITS);
  // The one other value moves the mean by its distance over n.
  const reach = Math.ceil((FURTHEST * 2 ** LOG_BITS) / Math.max(1, count));
  for (let value = middle - reach; value <= middle + reach; value++) {
    const other = sum - (count - 1) * value;
    if ((count - 1) * value * value + other * other === squares) return true;
  }
  return false;
}

/** Most octaves between two numbers that float32 holds. */
const FURTHEST = 256;
