import type { ModelSpec } from '@driftloop/schemas';

/** What a spec cannot be guessed from. */
export interface SpecSubject {
  readonly model: string;
  readonly task: ModelSpec['task'];
  /** 0 for a regression. */
  readonly classes: number;
  /** Names of the classes, by index. @default none: labels are indices */
  readonly classNames?: readonly string[];
  readonly features: ModelSpec['features'];
  /** Event time between two rows, about, in milliseconds. */
  readonly intervalMs: number;
  /**
   * Labelled rows that there are, where they are few: windows and retrains need no more than such
   * data has.
   * @default many
   */
  readonly rows?: number;
}

/** How many rows the policies count on. */
export interface RowPolicies {
  /** Rows of a window. */
  readonly windowRows: number;
  /** Rows that a window must hold to be looked at. */
  readonly minSamples: number;
  /** Labelled rows that a retrain needs. */
  readonly minLabels: number;
}

/**
 * What driftloop was tuned with. Rows of a window: enough for the tests of a signal, and a week of
 * half-hours.
 */
export const MANY_ROWS: RowPolicies = { windowRows: 336, minSamples: 100, minLabels: 2_000 };
/** Below this no test of a window says anything, and nothing can be learnt and judged. */
const FEWEST: RowPolicies = { windowRows: 25, minSamples: 20, minLabels: 50 };
/** Windows between two retrains: about what makes a new version differ from the one before. */
const RETRAIN_WINDOWS = 3;

/**
 * The policies for as many rows as there are: those for many from 4,000 on; below, a retrain needs
 * half of the rows, and windows are smaller in the same measure.
 */
export function rowPolicies(rows: number): RowPolicies {
  const share = Math.min(1, rows / 2 / MANY_ROWS.minLabels);
  const scaled = (policy: keyof RowPolicies) =>
    Math.max(FEWEST[policy], Math.round(share * MANY_ROWS[policy]));
  return {
    windowRows: scaled('windowRows'),
    minSamples: scaled('minSamples'),
    minLabels: scaled('minLabels'),
  };
}

/**
 * A spec with the policies that driftloop was tuned with, scaled to how fast rows come: windows of
 * 336 rows, a retrain each 1,008 rows at most and when a version is as old, from 2,000 labels on
 * and with the newest 5,000, one false alarm in 100 windows; fewer where there are few rows. The
 * first version answers in shadow, so that what retraining gains is measured.
 */
export function defaultSpec(subject: SpecSubject): ModelSpec {
  const { model, task, classes, classNames, features, intervalMs } = subject;
  const { windowRows, minSamples, minLabels } = rowPolicies(subject.rows ?? Number.POSITIVE_INFINITY);
  const retrainMs = Math.ceil(RETRAIN_WINDOWS * windowRows * intervalMs);
  return {
    model,
    task,
    classes,
    ...(classNames === undefined ? {} : { classNames: [...classNames] }),
    features,
    window: {
      lengthMs: Math.ceil(windowRows * intervalMs),
      allowedLatenessMs: Math.ceil(2 * intervalMs),
      minSamples,
      allowedAheadMs: 0,
      partitionIdleMs: 10_000,
    },
    drift: { expectedWindowsBetweenFalseAlarms: 100, detectors: [], limits: [] },
    retrain: {
      enabled: true,
      strategy: 'auto',
      cooldownMs: retrainMs,
      minLabels,
      maxRows: 5000,
      // Above what ordinary runs take on a busy machine: met, the clock decides what a candidate
      // is.
      maxSeconds: 600,
      maxSteps: 5000,
      maxAgeMs: retrainMs,
    },
    rollout: { canaryShare: 0, shadowVersions: [1] },
    updatedAt: 0,
  };
}
