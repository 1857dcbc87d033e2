import type { Metrics } from '@driftloop/service';

/** The metrics of the ensemble. */
export type Meters = ReturnType<typeof createMeters>;

/** Registers the metrics. */
export function createMeters(metrics: Metrics) {
  return {
    signals: metrics.counter('drift_signals_total', 'Signals that were emitted.', [
      'model',
      'detector',
      'drifted',
    ]),
    verdicts: metrics.counter('ensemble_verdicts_total', 'Verdicts, by state.', ['model', 'state']),
    likelihood: metrics.gauge(
      'ensemble_likelihood',
      'How likely a model has drifted by its newest verdict, 0 to 1; absent until the first since the start.',
      ['model'],
    ),
    drifting: metrics.gauge(
      'ensemble_drifting',
      '1 while the newest verdict of a model is drift, 0.5 while it is a warning, else 0.',
      ['model'],
    ),
    refused: metrics.counter(
      'ensemble_chunks_refused_total',
      'Records of drift.sketches that no drift service writes.',
      ['signal'],
    ),
    passes: metrics.counter(
      'ensemble_sketches_read_again_total',
      'Passes over drift.sketches for sketches that waited there for a partition that was behind.',
      ['signal'],
    ),
    commands: metrics.counter('ensemble_commands_total', 'Commands that were sent, by action.', [
      'model',
      'action',
    ]),
  };
}
