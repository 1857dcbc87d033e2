import { addVector, decodeVector, encodeVector, type IntegerVector } from '../sketch/integer-vector.ts';
import { decodeOutcomes, encodeOutcomes, type Outcome } from '../sketch/outcomes.ts';
import type { ContentKind } from './state.ts';

/** Integer vectors, merged by addition. */
export const VECTOR_CONTENT: ContentKind<IntegerVector> = {
  // Up to here sums are exact.
  mostRows: 2 ** 24,
  decode: (bytes) => decodeVector(bytes),
  encode: encodeVector,
  merge(target, other) {
    addVector(target, other);
    return target;
  },
};

/** Outcomes, merged by putting them together; they are ordered when their window is tested. */
export const OUTCOME_CONTENT: ContentKind<Outcome[]> = {
  // 4 to 10 MB in memory; what a checkpoint on Kafka may hold ends sooner.
  mostRows: 2 ** 18,
  decode: decodeOutcomes,
  encode: encodeOutcomes,
  merge(target, other) {
    for (const outcome of other) target.push(outcome);
    return target;
  },
};
