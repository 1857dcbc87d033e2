export type { LabelledAnswers } from './answers.ts';
export { biasBound } from './bias-bound.ts';
export { checkCalibration } from './calibration-check.ts';
export {
  type CbpeReference,
  estimatePerformance,
  fitCbpe,
  type MetricReference,
  realizedPerformance,
  referenceMetrics,
} from './cbpe.ts';
export { chanceOf, createExpecter, type Expectation, type Expecter } from './expectation.ts';
export { type ClassSums, expectedMetrics } from './expected-metrics.ts';
export {
  fitExpectation,
  type Residuals,
} from './fit-expectation.ts';
export { calibrate, fitIsotonic, type IsotonicKnots } from './isotonic.ts';
export {
  estimateLoss,
  fitLossEstimate,
  type RegressionRows,
} from './loss-estimate.ts';
export { METRICS, type MetricName } from './metrics.ts';
export { LOSSES, referenceLosses } from './reference-losses.ts';
export { type BoundedAccuracy, runningAccuracy } from './running-accuracy.ts';
