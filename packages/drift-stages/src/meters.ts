import type { Metrics } from '@driftloop/service';

/** Registers the metrics of a drift service. */
export function createMeters(metrics: Metrics) {
  return {
    rowsSketched: metrics.counter('drift_rows_sketched_total', 'Rows of the input topic that were sketched.'),
  };
}
