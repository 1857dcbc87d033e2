import type { Metrics } from '@driftloop/service';

/** The metrics of the notifier; every name begins with `driftloop_notification_`. */
export type Meters = ReturnType<typeof createMeters>;

/** Registers the metrics. */
export function createMeters(metrics: Metrics) {
  return {
    raised: metrics.counter('notification_raised_total', 'What rules fit, before it is grouped.', ['rule']),
    attempts: metrics.counter(
      'notification_attempts_total',
      'Attempts to deliver a message, by what came of them: sent, failed (tried again) or gaveUp.',
      ['rule', 'channel', 'outcome'],
    ),
    open: metrics.gauge('notification_open_messages', 'Messages that are made and not delivered yet.', []),
  };
}
