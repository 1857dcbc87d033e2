import type { ModelSpec } from '@driftloop/schemas';

/** What a spec cannot be guessed from. */
export interface SpecSubject {
  readonly model: string;
  readonly task: ModelSpec['task'];
  /** 0 for a regression. */
  readonly classes: number;
  readonly features: ModelSpec['features'];
  /** Event time between two rows, about, in milliseconds. */
  readonly intervalMs: number;
}

/** Rows of a window: enough for the tests of a signal, and a week of half-hours. */
const WINDOW_ROWS = 336;
/** Rows between two retrains: about what makes a new version differ from the one before. */
const RETRAIN_ROWS = 3 * WINDOW_ROWS;

/**
 * A spec with the policies that driftloop was tuned with, scaled to how fast rows come: windows of
 * 336 rows, a retrain each 1,008 rows at most and when a version is as old, from 2,000 labels on
 * and with the newest 5,000, one false alarm in 100 windows. The first version answers in shadow,
 * so that what retraining gains is measured.
 */
export function defaultSpec({ model, task, classes, features, intervalMs }: SpecSubject): ModelSpec {
  return {
    model,
    task,
    classes,
    features,
    window: {
      lengthMs: Math.ceil(WINDOW_ROWS * intervalMs),
      allowedLatenessMs: Math.ceil(2 * intervalMs),
      minSamples: 100,
      allowedAheadMs: 0,
      partitionIdleMs: 10_000,
    },
    drift: { expectedWindowsBetweenFalseAlarms: 100, detectors: [] },
    retrain: {
      enabled: true,
      strategy: 'auto',
      cooldownMs: Math.ceil(RETRAIN_ROWS * intervalMs),
      minLabels: 2000,
      maxRows: 5000,
      // Above what ordinary runs take on a busy machine: met, the clock decides what a candidate
      // is.
      maxSeconds: 600,
      maxSteps: 5000,
      maxAgeMs: Math.ceil(RETRAIN_ROWS * intervalMs),
    },
    rollout: { canaryShare: 0, shadowVersions: [1] },
    updatedAt: 0,
  };
}
