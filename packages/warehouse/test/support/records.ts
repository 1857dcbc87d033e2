import type {
  DriftSignal,
  DriftVerdict,
  InferenceLabel,
  InferencePrediction,
  InferenceRequest,
  ModelEvent,
  ModelSpec,
} from '@driftloop/schemas';

/** Records with every field filled in; tests name only what they are about. */
export const request = (fields: Partial<InferenceRequest> = {}): InferenceRequest => ({
  requestId: 'r1',
  model: 'elec',
  eventTime: 1_000,
  features: Float32Array.of(0.5, -1.25),
  ...fields,
});

export const prediction = (fields: Partial<InferencePrediction> = {}): InferencePrediction => ({
  requestId: 'r1',
  model: 'elec',
  version: 1,
  eventTime: 1_000,
  servedAt: 1_700_000_000_123,
  outputs: Float32Array.of(0.25, 0.75),
  predicted: 1,
  role: 'live',
  requestPartition: 0,
  requestOffset: 0,
  requestTime: -1,
  ...fields,
});

export const label = (fields: Partial<InferenceLabel> = {}): InferenceLabel => ({
  requestId: 'r1',
  model: 'elec',
  label: 1,
  eventTime: 2_000,
  ...fields,
});

export const signal = (fields: Partial<DriftSignal> = {}): DriftSignal => ({
  model: 'elec',
  version: 1,
  windowStart: 0,
  windowEnd: 10_000,
  signal: 'data',
  detector: 'ks',
  feature: 'price',
  statistic: 0.125,
  pValue: 0.5,
  threshold: 0.25,
  expected: null,
  detail: '',
  n: 100,
  severity: 0.1,
  drifted: false,
  changePoint: null,
  rival: null,
  eValue: null,
  ordinal: 0,
  total: 1,
  late: 0,
  ahead: 0,
  through: [],
  ...fields,
});

export const verdict = (fields: Partial<DriftVerdict> = {}): DriftVerdict => ({
  model: 'elec',
  version: 1,
  windowStart: 0,
  windowEnd: 10_000,
  sequence: 0,
  state: 'stable',
  likelihood: 0.125,
  confirmedByLabels: false,
  evidence: [],
  changePoint: null,
  changePointFrom: null,
  changePointTo: null,
  action: 'none',
  commandId: null,
  ...fields,
});

export const modelEvent = (fields: Partial<ModelEvent> = {}): ModelEvent => ({
  model: 'elec',
  version: 1,
  kind: 'registered',
  restoredVersion: null,
  at: 1_700_000_000_000,
  eventTime: 0,
  artifact: 'file:///artifacts/1',
  sha256: 'ab',
  parentVersion: null,
  commandId: null,
  metrics: {},
  reasons: [],
  actor: 'test',
  ...fields,
});

export const modelSpec = (fields: Partial<ModelSpec> = {}): ModelSpec => ({
  model: 'elec',
  task: 'binary',
  classes: 2,
  features: [
    { name: 'price', kind: 'numeric', allowMissing: true },
    { name: 'day', kind: 'categorical', allowMissing: false },
  ],
  window: {
    lengthMs: 10_000,
    allowedLatenessMs: 500,
    minSamples: 30,
    allowedAheadMs: 0,
    partitionIdleMs: 10_000,
  },
  drift: { expectedWindowsBetweenFalseAlarms: 200, detectors: ['ks', 'adwin'] },
  retrain: {
    enabled: true,
    strategy: 'reservoir',
    cooldownMs: 5_000,
    minLabels: 100,
    maxRows: 5_000,
    maxSeconds: 1.5,
    maxSteps: 300,
    maxAgeMs: 9,
  },
  rollout: { canaryShare: 0.125, shadowVersions: [1, 2] },
  updatedAt: 1_700_000_000_000,
  ...fields,
});
