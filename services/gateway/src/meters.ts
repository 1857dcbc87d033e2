import type { Metrics } from '@driftloop/service';

/** What the gateway measures. */
export type Meters = ReturnType<typeof createMeters>;

/** Registers the metrics. */
export function createMeters(metrics: Metrics) {
  return {
    letters: metrics.gauge(
      'dead_letters',
      'Dead letters in ClickHouse, by what became of them: open, resending, resent, discarded.',
      ['topic', 'code', 'state'],
    ),
    warehouse: metrics.gauge('gateway_warehouse_up', '1 while ClickHouse answers, else 0.'),
  };
}
