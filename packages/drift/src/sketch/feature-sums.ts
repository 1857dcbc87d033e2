/** What is summed of one feature beside the counts of its quantity. */
export interface FeatureSums {
  /** Counts the row that starts at `offset`; a missing value is passed over. */
  add(features: Float32Array, offset: number, rank: number, texts: readonly string[]): void;
  /** The entries of the feature's own part of a vector. */
  vector(): Float64Array;
}
