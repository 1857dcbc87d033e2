import type { FeatureSpec, ModelSpec } from '@driftloop/schemas';

/** A spec with everything that a test does not care about filled in. */
export function specOf(
  given: Partial<ModelSpec> & Pick<ModelSpec, 'task' | 'classes' | 'features'>,
): ModelSpec {
  return {
    model: 'm',
    window: {
      lengthMs: 60_000,
      allowedLatenessMs: 0,
      minSamples: 20,
      allowedAheadMs: 0,
      partitionIdleMs: 2_000,
    },
    drift: { expectedWindowsBetweenFalseAlarms: 100, detectors: [] },
    retrain: {
      enabled: false,
      strategy: 'auto',
      cooldownMs: 0,
      minLabels: 100,
      maxRows: 10_000,
      maxSeconds: 10,
      maxSteps: 1_000,
      maxAgeMs: 0,
    },
    rollout: { canaryShare: 0, shadowVersions: [] },
    updatedAt: 0,
    ...given,
  };
}

/** A numeric feature. */
export function numeric(name: string, allowMissing = false): FeatureSpec {
  return { name, kind: 'numeric', allowMissing };
}
