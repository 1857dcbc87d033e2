import { normalSurvival } from '@driftloop/stats';
import { percent } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { rounded } from '../words.ts';
import { type EstimatedMetric, estimatedMetrics } from './estimated.ts';
import { isLoss, nameOf } from './metric-names.ts';
import type { PredictionTest, PredictionWindow } from './window.ts';

/**
 * Whether the model is worse than the spec's `drift.limits` ask for, by the estimates of these
 * metrics without labels. The p-value is that of the limit being kept; what is left to 1 is the
 * likelihood that it is not.
 */
export const LIMIT_TEST: PredictionTest = {
  name: 'limit',
  byDefault: true,
  weight: 2,
  applies: ({ outputs }, { drift }) => outputs.performance !== undefined && (drift.limits?.length ?? 0) > 0,
  words({ feature, statistic, threshold, pValue, lower, upper }) {
    const show = isLoss(feature) ? rounded : percent;
    const side = isLoss(feature) ? 'above' : 'below';
    const interval =
      lower === undefined || upper === undefined || lower === null || upper === null
        ? ''
        : ` (${show(lower)} to ${show(upper)})`;
    return `${nameOf(feature)} is estimated at ${show(statistic)}${interval} before labels, ${percent(1 - (pValue ?? 1))} likely ${side} the limit of ${show(threshold)}`;
  },
  run(window) {
    const { limits = [] } = window.spec.drift;
    const metrics = estimatedMetrics(window);
    return {
      findings: limits.flatMap((limit) =>
        metrics
          .filter(({ metric }) => metric === limit.metric)
          .map((estimate) => findingFor(window, estimate, limit.value, limits.length)),
      ),
    };
  },
};

/**
 * @param limits that the test looks at: what it says of one of them is held to its share of alpha
 */
function findingFor(window: PredictionWindow, estimate: EstimatedMetric, limit: number, limits: number) {
  const { metric, value, reference, halfWidth, standardError } = estimate;
  const worse = isLoss(metric) ? value - limit : limit - value;
  const pValue = standardError > 0 ? normalSurvival(worse / standardError) : Number(worse <= 0);
  const finding = findingOf(
    { alpha: window.alpha / limits },
    { feature: metric, statistic: value, pValue, threshold: limit, expected: reference },
  );
  const most = isLoss(metric) ? Number.MAX_VALUE : 1;
  return { ...finding, lower: Math.max(0, value - halfWidth), upper: Math.min(most, value + halfWidth) };
}
