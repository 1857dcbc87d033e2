import { normalSurvival } from '@driftloop/stats';
import { percent } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { rounded } from '../words.ts';
import { estimatedMetrics } from './estimated.ts';
import { isLoss, nameOf } from './metric-names.ts';
import type { PredictionTest } from './window.ts';

/**
 * Whether the model is worse than the spec's `drift.limit` asks for, by the estimate of that metric
 * without labels. The p-value is that of the limit being kept; what is left to 1 is the likelihood
 * that it is not.
 */
export const LIMIT_TEST: PredictionTest = {
  name: 'limit',
  byDefault: true,
  weight: 2,
  applies: ({ outputs }, { drift }) => outputs.performance !== undefined && Boolean(drift.limit),
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
    const { limit } = window.spec.drift;
    const found = estimatedMetrics(window).find(({ metric }) => metric === limit?.metric);
    if (!limit || !found) return { findings: [] };
    const { metric, value, reference, halfWidth, standardError } = found;
    const worse = isLoss(metric) ? value - limit.value : limit.value - value;
    const pValue = standardError > 0 ? normalSurvival(worse / standardError) : Number(worse <= 0);
    const finding = findingOf(window, {
      feature: metric,
      statistic: value,
      pValue,
      threshold: limit.value,
      expected: reference,
    });
    const most = isLoss(metric) ? Number.MAX_VALUE : 1;
    return {
      findings: [
        { ...finding, lower: Math.max(0, value - halfWidth), upper: Math.min(most, value + halfWidth) },
      ],
    };
  },
};
