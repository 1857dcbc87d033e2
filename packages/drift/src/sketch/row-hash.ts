import { type FeatureLayout, isMeasured, unitOf } from '../layout/input-layout.ts';
import { createCategoryIndex } from './category-index.ts';

/** Odd, with bits all over: 2^32 over the golden ratio. */
const FACTOR = 0x9e3779b1 | 0;

/** What a value that is missing, and one that is not finite, counts as. */
export const MISSING_STEP = 0x7fffffff;
export const INFINITE_STEP = 0x7ffffffe;

/**
 * The hash of a row grows by one column: a polynomial in 2^32. Of a quantity it takes the
 * standardised value in fixed point, of a category its bin.
 */
export function hashStep(hash: number, column: number): number {
  return (Math.imul(hash, FACTOR) + (column | 0)) | 0;
}

/** A standardised value in fixed point, not held in any range. */
export function fixedPoint(standardised: number): number {
  return standardised * 1048576 + 0.5;
}

/**
 * Hashes of rows as sketches have them: equal rows have the same. How often different rows are the
 * same by it the reference says, see ReferenceProfile.sameRows.
 *
 * @param measured rows × features, what is counted of each: see createMeasure
 */
export function rowHashes(features: readonly FeatureLayout[], measured: Float32Array): Int32Array {
  const width = features.length;
  const steps = features.map((feature): ((value: number) => number) => {
    if (!isMeasured(feature)) return createCategoryIndex(feature.categories, feature.others);
    const inverse = 1 / unitOf(feature);
    return (value) => fixedPoint((value - feature.centre) * inverse);
  });
  return Int32Array.from({ length: width > 0 ? measured.length / width : 0 }, (_, row) =>
    steps.reduce((hash, stepOf, i) => {
      const value = measured[row * width + i] ?? Number.NaN;
      if (Number.isNaN(value)) return hashStep(hash, MISSING_STEP);
      return hashStep(hash, Number.isFinite(value) ? stepOf(value) : INFINITE_STEP);
    }, 0),
  );
}
