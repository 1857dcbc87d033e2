import type { FeatureSpec } from '@driftloop/schemas';

/** Where the numbers of features lie in a row. */
export interface RowSlots {
  /** Numbers of a row. */
  readonly width: number;
  /** First number of each feature. */
  readonly starts: readonly number[];
  /** Which feature each number is of. */
  readonly featureAt: readonly number[];
  /** Features of free text, in the spec's order. */
  readonly texts: readonly number[];
}

/** What of a feature says how many numbers it has. */
type Sized = Pick<FeatureSpec, 'kind' | 'size'>;

const SLOTS = new WeakMap<readonly Sized[], RowSlots>();
/** Rows mostly are of the model of the row before, and to compare costs less than to look up. */
let newest: { readonly features: readonly Sized[]; readonly slots: RowSlots } | undefined;

/**
 * The slots of a spec's rows: one number per feature, and of an embedding as many as its size. A
 * free text is no number: its slot has its place in the list of texts that comes with the rows.
 */
export function slotsOf(features: readonly Sized[]): RowSlots {
  if (newest?.features === features) return newest.slots;
  const slots = SLOTS.get(features) ?? slotsFor(features);
  SLOTS.set(features, slots);
  newest = { features, slots };
  return slots;
}

function slotsFor(features: readonly Sized[]): RowSlots {
  const starts: number[] = [];
  const featureAt: number[] = [];
  features.forEach((feature, index) => {
    starts.push(featureAt.length);
    for (let i = 0; i < numbersOf(feature); i++) featureAt.push(index);
  });
  const texts = features.flatMap(({ kind }, index) => (kind === 'text' ? [index] : []));
  return { width: featureAt.length, starts, featureAt, texts };
}

/** Numbers of a row of a spec: see {@link slotsOf}. */
export function rowWidthOf({ features }: { readonly features: readonly Sized[] }): number {
  return slotsOf(features).width;
}

/** Numbers that a feature has in a row. */
export function numbersOf({ kind, size = 0 }: Sized): number {
  return kind === 'embedding' ? size : 1;
}

/** What features are called where their numbers are counted: `age, review (384 numbers)`. */
export function slotNames(features: readonly FeatureSpec[]): string[] {
  return features.map(({ name, kind, size }) => (kind === 'embedding' ? `${name} (${size} numbers)` : name));
}
