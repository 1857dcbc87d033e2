import { type FeatureLayout, shapeOf } from '../layout/input-layout.ts';
import type { FeatureReference, MagnitudeReference, ReferenceProfile } from '../profile/reference-profile.ts';
import { SUM_BITS } from '../sketch/data-sketch.ts';
import type { IntegerVector } from '../sketch/integer-vector.ts';
import { LOG_BITS } from '../sketch/log-magnitude.ts';

/** A window of inputs whose pipeline is looked at. */
export interface FaultWindow {
  readonly profile: ReferenceProfile;
  readonly content: IntegerVector;
  /** Rows. */
  readonly n: number;
}

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

/** One column of a window beside its reference. */
export interface Column {
  readonly index: number;
  readonly layout: FeatureLayout;
  readonly reference: FeatureReference;
  /** Counts of the value bins in the reference and in the window. */
  readonly before: readonly number[];
  readonly now: readonly number[];
  /** Shares of all rows that are missing or not finite. */
  readonly missingBefore: number;
  readonly missing: number;
  /** Rows with a value. */
  readonly valuesBefore: number;
  readonly values: number;
  /** Of all finite values, of those in the range of the reference, and of those outside. */
  readonly magnitudes:
    | { readonly all: MagnitudesOf; readonly inside: MagnitudesOf; readonly outside: MagnitudesOf }
    | undefined;
  /** Mean and spread in the layout's unit; of a category 0. */
  readonly mean: number;
  readonly std: number;
}

/** The columns of a window. */
export function columnsOf({ profile, content, n }: FaultWindow): Column[] {
  const shape = shapeOf(profile.layout);
  return profile.layout.features.map((layout, index): Column => {
    const from = shape.firstBin[index] ?? 0;
    const bins = shape.bins[index] ?? 0;
    const reference = profile.features[index] ?? { counts: [], dispersion: 1 };
    const now = Array.from(content.subarray(from, from + bins));
    const before = reference.counts.slice(0, bins);
    const values = total(now);
    const valuesBefore = total(before);
    const at = shape.faults?.magnitudes[index] ?? -1;
    const mean = values > 0 ? (content[shape.sums + 2 * index] ?? 0) / 2 ** SUM_BITS / values : 0;
    const square = values > 0 ? (content[shape.sums + 2 * index + 1] ?? 0) / 2 ** 16 / values : 0;
    return {
      index,
      layout,
      reference,
      before,
      now,
      missingBefore: shareOf(total(reference.counts) - valuesBefore, total(reference.counts)),
      missing: shareOf(n - values, n),
      valuesBefore,
      values,
      magnitudes: reference.magnitude && at >= 0 ? magnitudesOf(content, at, now, reference.magnitude) : undefined,
      mean,
      std: Math.sqrt(Math.max(0, square - mean * mean)),
    };
  });
}

function magnitudesOf(
  content: IntegerVector,
  at: number,
  now: readonly number[],
  { bins }: MagnitudeReference,
): NonNullable<Column['magnitudes']> {
  const inside: Sums = { count: 0, zeros: 0, sum: 0, squares: 0 };
  for (let bin = 1; bin < now.length - 1; bin++) {
    const rows = now[bin] ?? 0;
    const { mean = 0, std = 0, zeros = 0 } = bins[bin] ?? {};
    const count = rows * (1 - zeros);
    inside.count += count;
    inside.zeros += rows * zeros;
    inside.sum += count * mean;
    inside.squares += count * (mean * mean + std * std);
  }
  const zeros = content[at + 2] ?? 0;
  const outside: Sums = {
    count: Math.max(0, total(now) - inside.count - inside.zeros - zeros),
    zeros,
    sum: (content[at] ?? 0) / 2 ** LOG_BITS,
    squares: (content[at + 1] ?? 0) / 2 ** (2 * LOG_BITS),
  };
  const all: Sums = {
    count: inside.count + outside.count,
    zeros: inside.zeros + outside.zeros,
    sum: inside.sum + outside.sum,
    squares: inside.squares + outside.squares,
  };
  return { all: moments(all), inside: moments(inside), outside: moments(outside) };
}

interface Sums {
  count: number;
  zeros: number;
  sum: number;
  squares: number;
}

function moments({ count, zeros, sum, squares }: Sums): MagnitudesOf {
  const mean = count > 0 ? sum / count : 0;
  return { count, zeros, mean, std: count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0 };
}

/** Largest distance of the distribution functions of counts in the same ordered bins, 0 to 1. */
export function distanceBetween(a: readonly number[], b: readonly number[]): number {
  const [inA, inB] = [total(a), total(b)];
  if (inA === 0 || inB === 0) return inA === inB ? 0 : 1;
  let gap = 0;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    gap += (a[i] ?? 0) / inA - (b[i] ?? 0) / inB;
    most = Math.max(most, Math.abs(gap));
  }
  return most;
}

/**
 * The distance that chance alone hardly ever exceeds: Kolmogorov's at one in 10,000 with the rows
 * of both, and what the bins leave.
 */
export function chanceDistance(rows: number, others: number, dispersion = 1): number {
  if (rows === 0 || others === 0) return 1;
  return 0.01 + 2.2 * Math.sqrt(dispersion * (1 / rows + 1 / others));
}

/** Counts added up. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** 0 of nothing. */
export function shareOf(part: number, of: number): number {
  return of > 0 ? part / of : 0;
}
