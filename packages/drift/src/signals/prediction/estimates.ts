import type { BoundedAccuracy } from '@driftloop/estimates';
import { percent } from '../statistics/shares.ts';
import { measured, rounded } from '../words.ts';
import { accuracySoFar, addWindow, type EstimatedMetric, estimatedMetrics } from './estimated.ts';
import { isLoss, nameOf, RUNNING } from './metric-names.ts';
import type { PredictionTest } from './window.ts';

/**
 * How good the model is in a window, before its labels come: accuracy, ROC AUC, F1, precision,
 * recall and specificity of a classifier, mean absolute and squared error and its root of a
 * regression, each with an interval; and the accuracy since the version began. It says what is, and
 * is no evidence of drift (severity 0): `cbpe` weighs the accuracy, `limit` what the spec asks for.
 * `drifted` is NannyML's alert, further from the reference than three standard deviations of its
 * chunks, where that is more than a window of so few rows makes plausible.
 */
export const ESTIMATES_TEST: PredictionTest = {
  name: 'estimates',
  byDefault: true,
  raisesAlarms: false,
  weight: 0,
  applies: ({ outputs }) => outputs.performance !== undefined,
  words: (item) =>
    measured(item, `estimated ${nameOf(item.feature)}`, isLoss(item.feature) ? rounded : percent),
  run(window, memory) {
    const metrics = estimatedMetrics(window);
    const findings = metrics.map(toFinding);
    const accuracy = metrics.find(({ metric }) => metric === 'accuracy');
    if (!accuracy) return { findings };
    const soFar = addWindow(memory, window);
    const running = accuracySoFar(soFar, window);
    return {
      findings: running ? [...findings, runningFinding(running, accuracy)] : findings,
      memory: soFar,
    };
  },
};

function runningFinding({ accuracy, lower, upper }: BoundedAccuracy, window: EstimatedMetric) {
  const { drifted: _window, ...common } = toFinding(window);
  return { ...common, feature: RUNNING, statistic: accuracy, lower, upper, drifted: false };
}

function toFinding(estimate: EstimatedMetric) {
  const { metric, value, reference, halfWidth, limits } = estimate;
  const drifted = isUnlike(estimate);
  const worst = isLoss(metric) ? Number.MAX_VALUE : 1;
  return {
    feature: metric,
    statistic: value,
    pValue: null,
    expected: reference,
    threshold: isLoss(metric) ? limits.upper : limits.lower,
    lower: Math.max(0, value - halfWidth),
    upper: Math.min(worst, value + halfWidth),
    detail: '',
    severity: 0,
    drifted,
    changePoint: null,
  };
}

/** A reference of one chunk does not say how much chunks vary. */
function isUnlike({ value, reference, limits, standardError }: EstimatedMetric): boolean {
  const isOutside = limits.lower < limits.upper && (value < limits.lower || value > limits.upper);
  return isOutside && Math.abs(value - reference) > 3 * standardError;
}
