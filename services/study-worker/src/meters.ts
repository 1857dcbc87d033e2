import type { Metrics } from '@driftloop/service';

/** Registers the metrics of a study worker. */
export function createMeters(metrics: Metrics) {
  return {
    jobs: metrics.counter('study_jobs_total', 'Jobs that this worker has run, by how they ended.', [
      'outcome',
    ]),
    seconds: metrics.histogram('study_job_seconds', 'Time that a job took, s.', []),
  };
}
