import { createHash } from 'node:crypto';
import { derivedOnce } from '../derived-once.ts';
import { type FaultLayout, type FaultShape, faultShapeOf } from './fault-layout.ts';

/** How the values of a quantity are counted. */
export interface Measured {
  readonly name: string;
  /**
   * Ascending edges, E of them. Bin 0 is below the reference, bin i is [edges[i-1], edges[i]), bin
   * E is above it. Values that carry much of the reference are a bin of their own. Empty when the
   * reference has no finite value.
   */
  readonly edges: readonly number[];
  /** Mean of the reference; 0 when it has no finite value. */
  readonly centre: number;
  /**
   * Standard deviation of the reference; when it is 0, the distance from the centre to the next
   * float32.
   */
  readonly scale: number;
}

/** A numeric feature: its values. */
export interface NumericLayout extends Measured {
  readonly kind: 'numeric';
}

/**
 * A vector: what is counted is how far a row's lies from the reference's mean, in its standard
 * deviations ({@link measureVector}); random Fourier features of the vectors themselves come
 * beside.
 */
export interface EmbeddingLayout extends Measured {
  readonly kind: 'embedding';
  /** Numbers of a vector. */
  readonly size: number;
  /** Mean and standard deviation of each number in the reference; where it is constant, 1. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** Absent when no vector of the reference differs from another. */
  readonly fourier: FourierLayout | null;
}

/**
 * A free text: what is counted is its length in characters, and beside it in how many rows a word
 * is.
 */
export interface TextLayout extends Measured {
  readonly kind: 'text';
  /** Words of the reference that are counted by themselves, the most frequent first. */
  readonly words: readonly string[];
  /** Bins that all other words share, each in that of its hash. */
  readonly others: number;
}

/** The smallest float32 that is not denormal. */
export const SMALLEST_NORMAL: number = 2 ** -126;

/**
 * The unit in which a feature's values are standardised, above 0. A profile that was made where
 * denormal numbers count as 0 has a scale of 0 for a constant 0.
 */
export function unitOf({ scale }: Pick<Measured, 'scale'>): number {
  return Math.max(scale, SMALLEST_NORMAL);
}

/**
 * How the values of a categorical feature are counted: one bin per known category and one or
 * several for all others.
 */
export interface CategoricalLayout {
  readonly kind: 'categorical';
  readonly name: string;
  /** Category indices of the reference, ascending. */
  readonly categories: readonly number[];
  /** Their names; absent where the spec has none. */
  readonly names?: readonly string[];
  /** Standardised frequency of each category, its number in the multivariate part. */
  readonly codes: readonly number[];
  /** The number of a category that the reference has not. */
  readonly otherCode: number;
  /**
   * Bins that categories which the reference has not share, each in that of its hash.
   * @default 1
   */
  readonly others?: number;
}

export type FeatureLayout = NumericLayout | CategoricalLayout | EmbeddingLayout | TextLayout;

/** Whether what is counted of a feature is a quantity, which has an order. */
export function isMeasured(feature: FeatureLayout): feature is Exclude<FeatureLayout, CategoricalLayout> {
  return feature.kind !== 'categorical';
}

/** What the quantity of a feature is called: its name, or what is measured of it. */
export function quantityOf(feature: FeatureLayout): string {
  switch (feature.kind) {
    case 'embedding':
      return `the distance of ${feature.name} from the reference's mean`;
    case 'text':
      return `the length of ${feature.name} in characters`;
    default:
      return feature.name;
  }
}

/** Random Fourier features of standardised rows. */
export interface FourierLayout {
  /** Seed of the random frequencies. */
  readonly seed: number;
  /** Number of random Fourier features. */
  readonly frequencies: number;
  /**
   * Bandwidth of the Gaussian kernel, in standard deviations: the median distance of reference
   * rows.
   */
  readonly bandwidth: number;
}

/**
 * How all features together are summarised: random Fourier features and principal components of the
 * standardised row.
 */
export interface MultivariateLayout extends FourierLayout {
  /** Principal components, one row of `features` numbers each, orthonormal. */
  readonly components: readonly (readonly number[])[];
}

/** The fixed shape that all sketches of a model's inputs share; sketches of equal `id` merge. */
export interface SketchLayout {
  readonly format: 1;
  /** SHA-256 of the rest, its first 16 hex digits. */
  readonly id: string;
  readonly features: readonly FeatureLayout[];
  /** Absent when no feature varies. */
  readonly multivariate: MultivariateLayout | null;
  /** Absent in profiles that are older than this field: faults are then told by the rest. */
  readonly faults?: FaultLayout;
}

/** Names a layout by its content. */
export function sealLayout(layout: Omit<SketchLayout, 'id' | 'format'>): SketchLayout {
  const { features, multivariate, faults } = layout;
  const content = { format: 1 as const, features, multivariate, ...(faults ? { faults } : {}) };
  return { ...content, id: contentHash(content) };
}

/**
 * The first 16 hex digits of the SHA-256 of a JSON value whose keys are written in a fixed order.
 */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** Where each feature's counts and sums lie in the integer vector of a data sketch. */
export interface DataShape {
  /** First bin of each feature. */
  readonly firstBin: readonly number[];
  /** Number of value bins of each feature, without missing and not finite. */
  readonly bins: readonly number[];
  /** Start of the sums: per feature the standardised values (2^20) and their squares (2^16). */
  readonly sums: number;
  /**
   * Start of the multivariate part: rows, Fourier features (2^20), reconstruction errors and
   * squares (2^20, 2^16).
   */
  readonly multivariate: number;
  /**
   * Start of each feature's own part, after all others: of an embedding rows and Fourier features
   * (2^20); of a text the rows that a word is in, and the letters of other words. Empty for other
   * kinds.
   */
  readonly own: readonly number[];
  /** What faults of the pipeline are told by, after all else; absent where the layout has none. */
  readonly faults?: FaultShape;
  /** Entries of the vector. */
  readonly length: number;
}

/** The shape of a layout's vectors. Per feature: value bins, then missing, then not finite. */
export const shapeOf = derivedOnce((layout: SketchLayout): DataShape => {
  const firstBin: number[] = [];
  const bins: number[] = [];
  let next = 0;
  for (const feature of layout.features) {
    const count = valueBinsOf(feature);
    firstBin.push(next);
    bins.push(count);
    next += count + 2;
  }
  const sums = next;
  const multivariate = sums + 2 * layout.features.length;
  let length = multivariate + (layout.multivariate ? layout.multivariate.frequencies + 3 : 0);
  const own = layout.features.map((feature) => {
    const start = length;
    length += ownEntriesOf(feature);
    return start;
  });
  if (!layout.faults) return { firstBin, bins, sums, multivariate, own, length };
  const faults = faultShapeOf(layout.faults, layout.features, length);
  return { firstBin, bins, sums, multivariate, own, faults, length: faults.end };
});

/** Bins for values, those that are missing or not finite left out. */
export function valueBinsOf(feature: FeatureLayout): number {
  return isMeasured(feature) ? feature.edges.length + 1 : feature.categories.length + (feature.others ?? 1);
}

/** Letters of a word of another bin, as bits: the first eight bytes of its UTF-8. */
export const WORD_BITS = 64;

/** Entries of a feature's own part. */
function ownEntriesOf(feature: FeatureLayout): number {
  switch (feature.kind) {
    case 'embedding':
      return feature.fourier ? feature.fourier.frequencies + 1 : 0;
    case 'text':
      return feature.words.length + feature.others * (1 + WORD_BITS);
    default:
      return 0;
  }
}
