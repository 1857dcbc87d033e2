export type { LabelledAnswers } from './answers.ts';
export { checkCalibration } from './calibration-check.ts';
export {
  type CbpeReference,
  estimatePerformance,
  fitCbpe,
  realizedPerformance,
} from './cbpe.ts';
export { calibrate, fitIsotonic, type IsotonicKnots } from './isotonic.ts';
export {
  estimateLoss,
  fitLossEstimate,
  type RegressionRows,
} from './loss-estimate.ts';
export { METRICS, type MetricName } from './metrics.ts';
