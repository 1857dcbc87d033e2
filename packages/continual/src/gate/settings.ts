/** How far a candidate may fall behind the live version. */
export interface GateSettings {
  /** Fewest newest rows to judge by. @default 30 */
  readonly minRows: number;
  /**
   * Margin of non-inferiority: accuracy that may be lost on the newest rows (for a regression,
   * share of the live loss that may be added) before the test below decides. @default 0.02
   */
  readonly margin: number;
  /**
   * Level of the one-sided paired test by which a loss beyond the margin counts as real.
   * @default 0.05
   */
  readonly significance: number;
  /** Times the margin that is never let pass, whatever the test says. @default 3 */
  readonly tolerance: number;
  /**
   * Accuracy that may be lost on remembered rows, beside what is gained on the newest: where a
   * concept has changed both cannot be had.
   * @default 0.1
   */
  readonly forgettingMargin: number;
  /** Rise of the expected calibration error that is let pass. @default 0.1 */
  readonly calibrationMargin: number;
  /** Mean log loss (nats) that may be added before the same test decides. @default 0.05 */
  readonly logLossMargin: number;
  /** Times the live version's arithmetic per row that a candidate may take. @default 1.5 */
  readonly costFactor: number;
  /** Largest difference between an output in training and as served. @default 1e-4 */
  readonly parityTolerance: number;
}

export const DEFAULT_GATE: GateSettings = {
  minRows: 30,
  margin: 0.02,
  significance: 0.05,
  tolerance: 3,
  forgettingMargin: 0.1,
  calibrationMargin: 0.1,
  logLossMargin: 0.05,
  costFactor: 1.5,
  parityTolerance: 1e-4,
};
