export type { AnsweredRows, LabelledAnswers } from './answers.ts';
export { type CalibrationCheck, checkCalibration } from './calibration-check.ts';
export {
  type CbpeReference,
  estimatePerformance,
  fitCbpe,
  type MetricReference,
  type PerformanceEstimate,
  realizedPerformance,
} from './cbpe.ts';
export { calibrate, fitIsotonic, type IsotonicKnots } from './isotonic.ts';
export {
  estimateLoss,
  fitLossEstimate,
  type Loss,
  type LossEstimate,
  type LossReference,
  type RegressionRows,
} from './loss-estimate.ts';
export { METRICS, type MetricName } from './metrics.ts';
export { estimateRocAuc, rocAuc } from './roc-auc.ts';
