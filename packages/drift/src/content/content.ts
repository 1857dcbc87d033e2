import { addVector, decodeVector, encodeVector, type IntegerVector } from '../sketch/integer-vector.ts';
import { decodeOutcomes, encodeOutcomes, type Outcome } from '../sketch/outcomes.ts';

/** What a signal keeps of rows: the way it is decoded, merged and saved. */
export interface ContentKind<Content> {
  /** Rows that all open windows of a model may hold together. */
  readonly mostRows: number;
  decode(bytes: Uint8Array, version: number): Content;
  encode(content: Content): Uint8Array;
  /** Whether the two can be merged. @default any two */
  fits?(target: Content, other: Content): boolean;
  /** May change and return `target`. */
  merge(target: Content, other: Content): Content;
}

/** Integer vectors, merged by addition. */
export const VECTOR_CONTENT: ContentKind<IntegerVector> = {
  // Up to here sums are exact.
  mostRows: 2 ** 24,
  decode: (bytes) => decodeVector(bytes),
  encode: encodeVector,
  fits: (target, other) => target.length === other.length,
  merge(target, other) {
    addVector(target, other);
    return target;
  },
};

/** Outcomes, merged by putting them together; they are ordered when their window is tested. */
export const OUTCOME_CONTENT: ContentKind<Outcome[]> = {
  // 13 to 34 bytes each in a checkpoint, which may have 7 MB.
  mostRows: 2 ** 17,
  decode: decodeOutcomes,
  encode: encodeOutcomes,
  merge(target, other) {
    for (const outcome of other) target.push(outcome);
    return target;
  },
};
