/**
 * What is summed of a version's answers, so that its performance can be estimated without labels.
 */
export interface EstimateLayout {
  /** Ascending edges of the score of each class judged: class 1 of two, else every class. */
  readonly scores: readonly (readonly number[])[];
  /**
   * Units, above 0, in which the expected absolute and squared errors of a regression are summed:
   * those of the reference. Empty for classes.
   */
  readonly losses: readonly number[];
}

/** More classes have the estimate of accuracy only. */
export const MOST_CLASSES = 16;

/** Entries of a class before its bins: the chance of a right answer that named it, and its own. */
export const CLASS_ENTRIES = 2;
/** Entries of a bin: rows, and the chance of the class. */
export const BIN_ENTRIES = 2;

/**
 * Entries that a sketch has for it: rows whose truth has an expectation, then of each class its
 * sums and bins, or of a regression its losses. Sums have OUTPUT_BITS fractional bits.
 */
export function estimateEntries(layout: EstimateLayout | undefined): number {
  if (!layout) return 0;
  let entries = 1 + layout.losses.length;
  for (const edges of layout.scores) entries += entriesOfClass(edges);
  return entries;
}

/** Entries of a class with these edges. */
export function entriesOfClass(edges: readonly number[]): number {
  return CLASS_ENTRIES + BIN_ENTRIES * (edges.length + 1);
}
