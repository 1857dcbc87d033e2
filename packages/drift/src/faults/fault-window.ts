import { derivedOnce } from '../derived-once.ts';
import { type FeatureLayout, shapeOf } from '../layout/input-layout.ts';
import type { FeatureReference, ReferenceProfile } from '../profile/reference-profile.ts';
import { SUM_BITS } from '../sketch/data-sketch.ts';
import type { IntegerVector } from '../sketch/integer-vector.ts';
import { type ColumnMagnitudes, magnitudesIn } from './magnitudes.ts';

/** A window of inputs whose pipeline is looked at. */
export interface FaultWindow {
  readonly profile: ReferenceProfile;
  readonly content: IntegerVector;
  /** Rows. */
  readonly n: number;
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
  /** Of finite values; undefined where they are no numbers or not known. */
  readonly magnitudes: ColumnMagnitudes | undefined;
  /** Mean and spread in the layout's unit; of a category 0. */
  readonly mean: number;
  readonly std: number;
}

/**
 * A quantity whose reference has fewer values than this is a flag or a code: what it says of a unit
 * or of lost digits is nothing.
 */
const LEAST_VALUES = 8;

/** Whether a column of the reference takes many values, and how far its blocks stray is known. */
export function isQuantity({ layout, before, reference: { blocks } }: Column): boolean {
  return layout.kind === 'numeric' && !!blocks && before.filter((count) => count > 0).length >= LEAST_VALUES;
}

/**
 * Share of the reference outside its layout's range: an inherited layout is older than the rows.
 */
export function outsideBefore({ before, valuesBefore }: Column): number {
  return shareOf((before[0] ?? 0) + (before.at(-1) ?? 0), valuesBefore);
}

/** The columns of a window: every rule asks for them. */
export const columnsOf: (window: FaultWindow) => readonly Column[] = derivedOnce(
  ({ profile, content, n }) => {
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
        magnitudes:
          layout.kind === 'numeric' && reference.magnitude && at >= 0
            ? magnitudesIn(content, at, now, layout, reference.magnitude)
            : undefined,
        mean,
        std: Math.sqrt(Math.max(0, square - mean * mean)),
      };
    });
  },
);

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
