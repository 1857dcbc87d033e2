/** Rows with their truth, in columns. Row i has features[i * width .. (i + 1) * width). */
export interface LabelledRows {
  /** Number of rows. */
  readonly rows: number;
  /** Features per row. */
  readonly width: number;
  /** Row-major features, rows × width. NaN is a missing value. */
  readonly features: Float32Array;
  /** Class index, or the value of a regression; one per row. */
  readonly labels: Float32Array;
  /** Importance of each row, at least 0. */
  readonly weights: Float32Array;
  /** Event time of each row's request, epoch milliseconds. */
  readonly eventTimes: Float64Array;
}
