import type { Metrics } from '@driftloop/service';

/** What the trainer counts. */
export type Meters = ReturnType<typeof createMeters>;

/** Registers the trainer's metrics. */
export function createMeters(metrics: Metrics) {
  return {
    ended: metrics.counter('trainer_commands_total', 'Commands that ended, by outcome.', [
      'model',
      'outcome',
    ]),
    rests: metrics.counter('trainer_rests_total', 'Times that training made way for serving.', ['model']),
    seconds: metrics.histogram(
      'trainer_run_seconds',
      'Wall-clock seconds from reading to the outcome.',
      [0.5, 1, 2, 5, 10, 30, 60, 300, 1_800],
      ['model'],
    ),
  };
}
