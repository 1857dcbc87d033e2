/** What a test answers. */
export interface TestResult {
  readonly statistic: number;
  /** Chance of evidence at least this strong when nothing has changed, in [0, 1]. */
  readonly pValue: number;
}

/** A chi-square test. */
export interface ChiSquareResult extends TestResult {
  /** Degrees of freedom; with 0 the statistic is 0 and the p-value 1. */
  readonly degrees: number;
}
