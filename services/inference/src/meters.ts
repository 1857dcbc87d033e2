import type { Metrics } from '@driftloop/service';

/**
 * The metrics of inference; every name begins with `driftloop_inference_` or
 * `driftloop_predictions_`.
 */
export type Meters = ReturnType<typeof createMeters>;

const MILLISECONDS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000];
const ROWS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384];

/** Registers the metrics. */
export function createMeters(metrics: Metrics) {
  return {
    predictions: metrics.counter('predictions_total', 'Answers written.', ['model', 'version', 'role']),
    deadLetters: metrics.counter(
      'inference_dead_letters_total',
      'Requests without an answer, by error code.',
      ['code'],
    ),
    batchRows: metrics.histogram('inference_batch_rows', 'Requests per batch as Kafka delivers them.', ROWS),
    runMs: metrics.histogram('inference_run_ms', 'Milliseconds of a batch in ONNX Runtime.', MILLISECONDS, [
      'model',
      'version',
    ]),
    latencyMs: metrics.histogram(
      'inference_latency_ms',
      "Milliseconds from a request's Kafka timestamp to its answer's acknowledgement; of every 16th request.",
      MILLISECONDS,
    ),
    lag: metrics.gauge('inference_lag', 'Requests not yet answered, by input partition.', ['partition']),
    processEnds: metrics.counter(
      'inference_process_ends_total',
      'Processes of ONNX Runtime that a run has ended, by error code.',
      ['code'],
    ),
    swapMs: metrics.histogram(
      'inference_swap_ms',
      'Milliseconds from the event that asks for another live version to the first batch that may use it.',
      MILLISECONDS,
      ['model'],
    ),
    swapGapMs: metrics.gauge(
      'inference_swap_gap_ms',
      'Longest time between answers during the last swap, milliseconds.',
      ['model'],
    ),
    loadFailures: metrics.counter('inference_load_failures_total', 'Versions that could not be loaded.', [
      'model',
      'version',
      'code',
    ]),
    trialsWorse: metrics.counter(
      'inference_trials_worse_total',
      'Versions on trial that were worse than the live one in operation, by what: errors or latency.',
      ['model', 'version', 'cause'],
    ),
    liveVersion: metrics.gauge('inference_live_version', 'Version that answers.', ['model']),
  };
}
