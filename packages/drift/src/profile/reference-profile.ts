import { DriftloopError } from '@driftloop/errors';
import type { Expectation, Residuals } from '@driftloop/estimates';
import type { SketchLayout } from '../layout/input-layout.ts';
import type { OutputLayout } from '../layout/output-layout.ts';
import type { BlockExtremes } from './block-extremes.ts';
import type { JointReference } from './joint-reference.ts';

/** Mean and spread of a quantity in the reference. */
export interface Moments {
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  readonly rows: number;
  /**
   * How much more a window's mean varies than that of independent rows would: the variance of the
   * means of consecutive windows of the reference, in units of std² / n. At least 1; tests divide
   * the number of rows by it.
   */
  readonly dispersion: number;
}

/** Counts of a reference in the bins of its layout. */
export interface CountReference {
  readonly counts: readonly number[];
  /** See Moments.dispersion, of the distribution as a whole. At least 1. */
  readonly dispersion: number;
}

/**
 * What a reference says of rows whose category its layout lacks, in one of the bins that these have
 * or in all of them.
 */
export interface UnseenReference {
  /** Share of rows that is expected after the reference. */
  readonly share: number;
  /** Independent rows that this knowledge is worth. */
  readonly rows: number;
  /** Rows that count as one: a new category often comes several times in a row. At least 1. */
  readonly dispersion: number;
}

/** One feature in the reference. */
export interface FeatureReference extends CountReference {
  /**
   * Mean and population standard deviation of a numeric feature's finite values, in standard
   * deviations from the layout's centre: 0 and 1 unless the layout is inherited. Absent for
   * categories and in profiles that are older than these fields.
   */
  readonly standardised?: { readonly mean: number; readonly std: number };
  /**
   * Rows with categories that the layout lacks, per bin of them. Absent for numbers and in profiles
   * that are older than this field.
   */
  readonly unseen?: readonly UnseenReference[];
  /** How large finite values are. Absent for other kinds and in older profiles. */
  readonly magnitude?: MagnitudeReference;
  /**
   * How far blocks of it stray. Absent in older profiles and where the reference is too short for
   * blocks: then most faults are not told.
   */
  readonly blocks?: BlockExtremes;
  /** Vectors of an embedding. Absent for other kinds, and where none differs from another. */
  readonly vectors?: KernelReference;
  /** Words of a text. Absent for other kinds. */
  readonly words?: WordReference;
}

/** How large some numbers are: log2 of the magnitude of those that are not 0. */
export interface Magnitudes {
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  /** Share of the numbers that are 0. */
  readonly zeros: number;
}

/** How large the numbers of a feature are: all, and those of each bin. */
export interface MagnitudeReference extends Magnitudes {
  readonly bins: readonly Magnitudes[];
}

/** In how many rows of the reference which words are. */
export interface WordReference {
  /** Rows that have a text. */
  readonly rows: number;
  /** Rows per word of the layout, then per bin of all others. */
  readonly counts: readonly number[];
  /** Trace of the covariance of the cells, each in its own spread, and of its square. */
  readonly trace: number;
  readonly traceSquare: number;
  /** See Moments.dispersion, of all cells together. At least 1. */
  readonly dispersion: number;
}

/** Random Fourier features in the reference. */
export interface KernelReference {
  readonly rows: number;
  /** Mean of each random Fourier feature. */
  readonly mean: readonly number[];
  /** Trace of their covariance: the expected squared distance of one row from the mean. */
  readonly trace: number;
  /** Trace of the squared covariance. */
  readonly traceSquare: number;
  readonly dispersion: number;
}

/** All features together in the reference. */
export interface MultivariateReference extends KernelReference {
  /** Reconstruction error from the principal components. */
  readonly reconstruction: Moments;
}

/** What a version answered on its reference, and how right it was. */
export interface OutputReference {
  readonly layout: OutputLayout;
  /** Predicted classes, one entry per class and one for any other; empty for a regression. */
  readonly classes: CountReference;
  /** Confidence of the predicted class, or the predicted value of a regression. */
  readonly values: CountReference;
  /** Values of each of several outputs; absent where an answer is told as a whole. */
  readonly outputs?: readonly CountReference[];
  readonly entropy: Moments;
  readonly confidence: Moments;
  /** True classes; empty for a regression. */
  readonly labels: CountReference;
  /**
   * 1 for a right answer, 0 for a wrong one; for a regression the squared error, held at
   * `mostError`; of several outputs the squared distance of the answer from the truth, so held.
   */
  readonly score: Moments;
  /**
   * The most that a squared error counts, above 0 unless all answers are exact. Absent for classes
   * and in profiles that are older.
   */
  readonly mostError?: number;
  /**
   * Expected calibration error: mean distance of confidence and accuracy over ten equal bins, by
   * rows.
   */
  readonly calibrationError: number;
  /** Answers with their truths; absent where they are too many, and in older profiles. */
  readonly joint?: JointReference;
  /** What its performance is estimated from; absent where nothing is estimated. */
  readonly performance?: PerformanceReference;
}

/** What estimates of a version's performance need to know of its reference. */
export interface PerformanceReference {
  /** What is to be expected of the truth, given inputs and answer; asked when a version answers. */
  readonly expectation: Expectation;
  /** What it leaves of the truth on rows that it was not learnt from. */
  readonly residuals: Residuals;
  /** Rows of the reference that have truth. */
  readonly rows: number;
  /** By name of the metric. */
  readonly metrics: Readonly<Record<string, ReferenceMetric>>;
}

/** A metric on the reference. */
export interface ReferenceMetric {
  /** With the truth; null where it has none, as ROC AUC with one class. */
  readonly value: number | null;
  /** Chunks of the reference lie within: mean ± 3 standard deviations. */
  readonly lower: number;
  readonly upper: number;
  /** Times 1/√rows, the standard deviation of a realised value. */
  readonly unitError: number;
}

/**
 * What a version's data and answers looked like when it was made; windows are tested against it. A
 * file of its artifact.
 */
export interface ReferenceProfile {
  readonly format: 1;
  /** Rows of the reference. */
  readonly rows: number;
  readonly layout: SketchLayout;
  /** One per feature: value bins, then missing, then not finite, as in the layout's shape. */
  readonly features: readonly FeatureReference[];
  readonly multivariate: MultivariateReference | null;
  /**
   * Probability that two rows of the reference are the same, or two of a block where that is more.
   * Absent in profiles that are older.
   */
  readonly sameRows?: number;
  readonly outputs: OutputReference;
}

/** Checks the outline of a profile read from an artifact. DATA_INVALID names what is missing. */
export function parseReferenceProfile(value: unknown): ReferenceProfile {
  const problem = problemOf(value);
  if (problem === undefined) return value as ReferenceProfile;
  throw new DriftloopError(
    'DATA_INVALID',
    `This is not a reference profile: ${problem}. Register the version again.`,
  );
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const profile: { readonly [key: string]: unknown } = { ...value };
  if (profile.format !== 1) return `its format is ${String(profile.format)}, this version reads format 1`;
  const { layout, features, outputs } = profile;
  if (typeof layout !== 'object' || layout === null || !('features' in layout)) return 'it has no layout';
  if (!Array.isArray(features) || !Array.isArray(layout.features)) return 'it has no features';
  if (features.length !== layout.features.length) {
    return `it has ${features.length} features and a layout of ${layout.features.length}`;
  }
  if (typeof outputs !== 'object' || outputs === null || !('score' in outputs)) return 'it has no outputs';
  return undefined;
}
