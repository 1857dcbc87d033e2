import type { Metrics } from '@driftloop/service';

/** The metrics of payloads; every name begins with `driftloop_payload_`. */
export type Meters = ReturnType<typeof createMeters>;

/** Registers the metrics. */
export function createMeters(metrics: Metrics) {
  return {
    events: metrics.counter('payload_events_total', 'Events taken.', ['from']),
    calls: metrics.counter('payload_calls_total', 'Calls of which both halves were read.', ['model']),
    waiting: metrics.gauge('payload_waiting_halves', 'Halves that wait for the other, by partition.', [
      'partition',
    ]),
    deadLetters: metrics.counter('payload_dead_letters_total', 'Events that were refused, by error code.', [
      'code',
    ]),
  };
}
