import { buildReferenceProfile } from '@driftloop/drift';
import { realizedPerformance } from '@driftloop/estimates';
import type { Result } from '../harness/benchmark.ts';
import { type AnsweredLoans, carLoanRows, carLoanSpec } from './car-loan-rows.ts';
import { estimatesByWindow } from './windows.ts';

const CHUNK_ROWS = 5000;

/**
 * On which chunks of the car loans the estimate of accuracy alerts, through the code of the
 * services, beside NannyML: recorded, or of this run. And how often its bounds hold what labels
 * say.
 */
export function benchAlerts(peer: ReadonlyMap<string, number>): Result[] {
  const { reference, analysis } = carLoanRows();
  const spec = carLoanSpec(CHUNK_ROWS);
  const profile = buildReferenceProfile({
    spec,
    data: reference.data,
    outputs: reference.outputs,
    answered: reference.predicted,
  });
  const estimates = estimatesByWindow(spec, profile, analysis).filter(
    ({ feature }) => feature === 'accuracy',
  );
  const realised = estimates.map(({ windowStart, windowEnd }) =>
    accuracyOf(analysis, windowStart, windowEnd),
  );
  const alerts = estimates.map(({ drifted }) => drifted);
  const chunks = estimates.length;
  const live = estimates.map((_, i) => peer.get(`cbpe alert ${i}`));
  const theirs = live.map((alert, i) => (alert === undefined ? i >= chunks / 2 : alert === 1));
  const agreed = alerts.filter((alert, i) => alert === theirs[i]).length;
  const inside = estimates.filter(
    ({ lower, upper }, i) => (realised[i] ?? -1) >= (lower ?? 0) && (realised[i] ?? 2) <= (upper ?? 1),
  ).length;
  const gap = estimates.reduce(
    (sum, { statistic }, i) => sum + Math.abs(statistic - (realised[i] ?? 0)) / chunks,
    0,
  );
  const peerGap = peer.get('cbpe accuracy');
  return [
    {
      metric: 'alerts: chunks of the car loans on which the services alert as NannyML does',
      value: agreed / chunks,
      unit: 'of 1',
      peer: live[0] === undefined ? 'NannyML, recorded' : 'NannyML',
      bar: '= 1',
      holds: agreed === chunks && chunks === 10,
      figures: { chunks, alerts: alerts.filter(Boolean).length, boundsHold: inside / chunks },
    },
    {
      metric: 'alerts: accuracy of the car loans by the services, mean |estimated - realised|',
      value: gap,
      unit: 'of 1',
      ...(peerGap === undefined ? {} : { peer: 'NannyML', peerValue: peerGap, ratio: peerGap / gap }),
    },
  ];
}

function accuracyOf({ data, outputs, predicted }: AnsweredLoans, start: number, end: number): number {
  const cut = (values: ArrayLike<number>) => Float64Array.from(values).slice(start, end);
  return realizedPerformance(
    { probabilities: cut(outputs), predicted: cut(predicted), truth: cut(data.labels) },
    2,
  ).accuracy;
}
