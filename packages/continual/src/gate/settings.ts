/** How far a candidate may fall behind the live version. */
export interface GateSettings {
  /** Fewest newest rows to judge by. @default 30 */
  readonly minRows: number;
  /** Non-inferiority margin: accuracy that may be lost on the newest rows; for a regression, share of the live loss that may be added. @default 0.02 */
  readonly margin: number;
  /** Confidence, one-sided, with which the loss must be within the margin. @default 0.8 */
  readonly confidence: number;
  /** Level of the exact McNemar test by which a candidate counts as worse whatever the margin says. @default 0.05 */
  readonly significance: number;
  /** Accuracy that may be lost on remembered rows, beside what is gained on the newest: where a concept has changed both cannot be had. @default 0.1 */
  readonly forgettingMargin: number;
  /** Rise of the expected calibration error that is let pass. @default 0.1 */
  readonly calibrationMargin: number;
  /** Mean log loss (nats) that may be added, by the lower 95 % bound of the paired difference. @default 0.05 */
  readonly logLossMargin: number;
  /** Times the live version's latency that a candidate may take. @default 1.5 */
  readonly latencyFactor: number;
  /** Largest difference between an output in training and as served. @default 1e-4 */
  readonly parityTolerance: number;
}

export const DEFAULT_GATE: GateSettings = {
  minRows: 30,
  margin: 0.02,
  confidence: 0.8,
  significance: 0.05,
  forgettingMargin: 0.1,
  calibrationMargin: 0.1,
  logLossMargin: 0.05,
  latencyFactor: 1.5,
  parityTolerance: 1e-4,
};
