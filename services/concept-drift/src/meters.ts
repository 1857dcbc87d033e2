import type { Metrics } from '@driftloop/service';

const HOUR = 3_600;
/** From a second to a month. */
const SECONDS = [1, 10, 60, 600, HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

/** What concept drift measures beside what every drift service does. */
export type Meters = ReturnType<typeof createMeters>;

/** Registers the metrics. */
export function createMeters(metrics: Metrics) {
  return {
    labelLagSeconds: metrics.histogram(
      'label_lag_seconds',
      "Seconds from a request to its label, by Kafka's timestamps.",
      SECONDS,
      ['model'],
    ),
  };
}
