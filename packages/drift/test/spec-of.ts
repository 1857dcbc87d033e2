import type { ModelSpec } from '@driftloop/schemas';

/** A spec with numeric features f0, f1, … and, last, one categorical feature c when asked for. */
export function specOf(options: {
  numeric?: number;
  categorical?: boolean;
  lengthMs?: number;
  latenessMs?: number;
  minSamples?: number;
  idleMs?: number;
  budget?: number;
  /** Labelled rows between alarms of the row watch. */
  rowsBudget?: number;
  detectors?: readonly string[];
  limits?: ModelSpec['drift']['limits'];
  retrain?: Partial<ModelSpec['retrain']>;
}): ModelSpec {
  const numeric = Array.from({ length: options.numeric ?? 2 }, (_, i) => ({
    name: `f${i}`,
    kind: 'numeric' as const,
    allowMissing: true,
  }));
  const categorical = options.categorical
    ? [{ name: 'c', kind: 'categorical' as const, allowMissing: true }]
    : [];
  return {
    model: 'm',
    task: 'binary',
    classes: 2,
    features: [...numeric, ...categorical],
    window: {
      lengthMs: options.lengthMs ?? 1000,
      allowedLatenessMs: options.latenessMs ?? 0,
      minSamples: options.minSamples ?? 1,
      allowedAheadMs: 0,
      partitionIdleMs: options.idleMs ?? 10_000,
    },
    drift: {
      expectedWindowsBetweenFalseAlarms: options.budget ?? 100,
      detectors: options.detectors ?? [],
      ...(options.limits ? { limits: options.limits } : {}),
      ...(options.rowsBudget === undefined ? {} : { expectedRowsBetweenFalseAlarms: options.rowsBudget }),
    },
    retrain: {
      enabled: true,
      strategy: 'naive',
      cooldownMs: 0,
      minLabels: 100,
      maxRows: 5000,
      maxSeconds: 10,
      maxSteps: 100,
      maxAgeMs: 0,
      ...options.retrain,
    },
    rollout: { canaryShare: 0, shadowVersions: [] },
    updatedAt: 0,
  };
}
