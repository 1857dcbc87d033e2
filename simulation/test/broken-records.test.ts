import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHistory } from '@driftloop/drift';
import type { DriftSketch, Signal, TopicName, TopicRecords } from '@driftloop/schemas';
import { compareHistories } from '../src/checker/compare.ts';
import { type History, historyOf } from '../src/checker/history.ts';
import { createStage, type Mode } from '../src/simulate.ts';
import { EPOCH_MS } from '../src/time/epoch.ts';
import { MODELS } from '../src/workload/models.ts';
import type { Input } from '../src/workload/workload.ts';
import { DRIFT_SERVICES } from '../src/world/services.ts';
import { World } from '../src/world/world.ts';

/** All that is broken is of this model, or of none. */
const SPOILT = 'alpha';
const FAR = Number.MAX_SAFE_INTEGER;
/** Share of the traffic. */
const OUTAGE_AT = 0.6;
const SERVICES: Readonly<Record<Mode, readonly string[]>> = {
  serving: ['inference', ...DRIFT_SERVICES],
  loop: ['inference', ...DRIFT_SERVICES, 'trainer'],
};

type Broken = {
  [T in TopicName]: { readonly topic: T; readonly values: readonly TopicRecords[T][] };
}[TopicName];

/** More than any input topic of the workload has. */
const TOO_MANY = 9;

const chunk: DriftSketch = {
  model: SPOILT,
  signal: 'data',
  partition: 0,
  chunkStart: 2,
  chunkEnd: 4,
  logTime: EPOCH_MS + 90_000,
  recent: [EPOCH_MS],
  rejected: -1,
  windows: [{ start: EPOCH_MS, version: 2, layout: 'none', n: 3, sketch: Uint8Array.of(1, 2, 3) }],
  clocks: [],
  partitions: 0,
  topicId: '',
};
const [window] = chunk.windows;
const note: DriftSketch = { ...chunk, model: '', partition: -1, windows: [], recent: [], rejected: 0 };
const whole: DriftSketch = { ...chunk, windows: [], recent: [], rejected: 1 };
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

/** Chunks and notes that a drift service could write of another topic. */
const PLAUSIBLE: readonly DriftSketch[] = [
  { ...whole, partition: TOO_MANY },
  { ...whole, topicId: 'another' },
  { ...whole, chunkStart: 1_000_000, chunkEnd: 1_000_010 },
  { ...whole, logTime: FAR },
  { ...note, clocks: [{ partition: 0, end: 0, time: 0 }], partitions: TOO_MANY },
  { ...note, clocks: [{ partition: TOO_MANY, end: 0, time: 0 }], partitions: 1 },
  { ...note, clocks: [{ partition: 0, end: 1_000_000, time: 0 }], partitions: 1 },
  { ...note, clocks: [{ partition: 0, end: 0, time: FAR }], partitions: 1 },
  { ...note, clocks: [{ partition: 0, end: 0, time: 0 }], partitions: 1, topicId: 'another' },
];
const command: TopicRecords['retrain.commands'] = {
  commandId: '../no hash',
  model: SPOILT,
  baseVersion: -1,
  action: 'retrain',
  restoreVersion: -1,
  rollout: 'fresh',
  eventTime: FAR,
  issuedAt: -FAR,
  issuedBy: '',
  selection: [{ from: FAR, to: -FAR, weight: Number.NaN, reason: '' }],
  labelsThrough: [{ partition: -7, offset: -FAR }],
  strategy: 'none',
  maxSeconds: Number.NaN,
  maxSteps: -1,
  reasons: [],
};
const event: TopicRecords['model.events'] = {
  model: SPOILT,
  version: -5,
  kind: 'candidate',
  restoredVersion: null,
  at: FAR,
  eventTime: -FAR,
  artifact: 'file:///nowhere',
  sha256: '',
  parentVersion: -6,
  commandId: '',
  metrics: { accuracy: Number.NaN },
  reasons: [],
  actor: '',
};
const progress: TopicRecords['training.progress'] = {
  model: SPOILT,
  commandId: '',
  phase: 'failed',
  version: -1,
  step: -FAR,
  steps: FAR,
  loss: Number.NaN,
  metrics: {},
  at: FAR,
  message: '',
};
const answer: TopicRecords['inference.predictions'] = {
  requestId: '',
  model: SPOILT,
  version: -3,
  eventTime: -FAR,
  servedAt: -FAR,
  outputs: Float32Array.of(Number.NaN),
  predicted: Number.NaN,
  role: 'live',
  requestPartition: -1,
  requestOffset: -1,
  requestTime: FAR,
};
const spec = MODELS.find((model) => model.spec.model === SPOILT)?.spec;
assert.ok(spec);
const checkpoint = (state: Uint8Array) => ({
  service: 'ensemble',
  topic: 'drift.sketches',
  partition: 0,
  position: 1,
  format: createHistory().codec.format,
  state,
  topicId: '',
});

/** Records that Avro can hold and that no service writes. */
const BROKEN: readonly Broken[] = [
  {
    topic: 'drift.sketches',
    values: [
      chunk,
      { ...chunk, signal: 'prediction' },
      { ...chunk, signal: 'concept' },
      { ...chunk, partition: 2 ** 31 - 1 },
      { ...chunk, chunkStart: FAR - 1, chunkEnd: -FAR },
      { ...chunk, recent: Array.from({ length: 1_000 }, () => -FAR) },
      { ...chunk, windows: [{ start: -FAR, version: 0, layout: '', n: FAR, sketch: new Uint8Array() }] },
      { ...chunk, model: '', windows: window ? [window] : [] },
      { ...chunk, model: 'nobody' },
      {
        ...chunk,
        model: '',
        partition: -1,
        windows: [],
        clocks: [{ partition: 2 ** 31 - 1, end: FAR, time: -FAR }],
      },
      {
        ...chunk,
        model: '',
        partition: -1,
        windows: [],
        clocks: [{ partition: 0, end: 0, time: -FAR }],
        partitions: 2 ** 31 - 1,
      },
      ...SIGNALS.flatMap((signal) => PLAUSIBLE.map((value) => ({ ...value, signal }))),
    ],
  },
  {
    topic: 'retrain.commands',
    values: [
      command,
      { ...command, commandId: 'a', action: 'restore' },
      { ...command, commandId: 'b', action: 'promote' },
      { ...command, commandId: 'c', action: 'reject', restoreVersion: null },
      { ...command, commandId: 'd', strategy: 'replay', baseVersion: 2, issuedBy: 'ensemble' },
      { ...command, commandId: 'e', strategy: 'replay', labelsThrough: [], selection: [] },
      { ...command, commandId: 'f', model: 'nobody' },
    ],
  },
  {
    topic: 'model.events',
    values: [
      event,
      { ...event, kind: 'rejected', version: 99 },
      { ...event, kind: 'rolledBack', version: 99, restoredVersion: -4 },
      { ...event, kind: 'published', model: 'nobody' },
      { ...event, kind: 'published', version: 99 },
    ],
  },
  {
    topic: 'model.specs',
    values: [
      { ...spec, window: { ...spec.window, lengthMs: 0 } },
      { ...spec, features: [] },
      { ...spec, classes: -1 },
      { ...spec, drift: { expectedWindowsBetweenFalseAlarms: Number.NaN, detectors: ['nothing'] } },
    ],
  },
  {
    topic: 'service.checkpoints',
    values: [checkpoint(new Uint8Array()), checkpoint(Uint8Array.of(31, 139, 8, 0))],
  },
  { topic: 'training.progress', values: [progress, { ...progress, model: 'nobody' }] },
  {
    topic: 'inference.predictions',
    values: [answer, { ...answer, version: 2, role: 'shadow' }, { ...answer, model: 'nobody' }],
  },
  {
    topic: 'inference.requests',
    values: [{ requestId: '', model: SPOILT, eventTime: -FAR, features: new Float32Array() }],
  },
  {
    topic: 'inference.labels',
    values: [{ requestId: '', model: SPOILT, label: Number.NaN, eventTime: FAR }],
  },
  {
    topic: 'dead.letters',
    values: [
      {
        topic: 'inference.requests',
        partition: -1,
        offset: -FAR,
        key: null,
        value: null,
        code: 'NO_CODE',
        reason: '',
        service: 'inference',
        at: -FAR,
      },
    ],
  },
];

/**
 * Each of them at some moments, one of them right before an outage. At first on one partition only:
 * what one waits for that the others do not have would be waited for for ever.
 */
function brokenInputs({ topic, values }: Broken, endMs: number, partitions: number): Input[] {
  return [0.1, 0.2, 0.5, OUTAGE_AT - 0.0001, 0.8].flatMap((share) =>
    values.flatMap((value) =>
      Array.from({ length: share < 0.2 ? 1 : partitions }, (_, partition) => ({
        atMs: share * endMs,
        topic,
        partition,
        key: topic === 'service.checkpoints' ? `ensemble/drift.sketches/${partition}` : SPOILT,
        value,
        timestamp: EPOCH_MS + Math.floor(share * endMs),
      })),
    ),
  );
}

/** What was said of all other models, but for offsets: more records on a topic move them. */
function ofOthers(history: History): History {
  const others = MODELS.map((model) => model.spec.model).filter((name) => name !== SPOILT);
  return new Map(
    [...history].map(([kind, said]) => [
      kind,
      new Map(
        [...said]
          .filter(([about]) => others.some((name) => about.startsWith(`${name} `)))
          .map(([about, { contents, times }]) => [about, { contents: contents.map(withoutOffsets), times }]),
      ),
    ]),
  );
}

function withoutOffsets(content: string): string {
  return content.replace(/"through":\[[^\]]*\]/, '');
}

const undisturbed = createStage(1, 1);

for (const broken of BROKEN) {
  test(`nothing on ${broken.topic} stops a service, nor changes what is said of other models`, async () => {
    const stage = await undisturbed;
    const { workload, preload } = stage;
    const perTopic = [
      'training.progress',
      'model.specs',
      'model.events',
      'dead.letters',
      'service.checkpoints',
    ];
    const partitions = perTopic.includes(broken.topic) ? 1 : workload.partitions;
    const inputs = [...workload.inputs, ...brokenInputs(broken, workload.endMs, partitions)]
      .map((input, index) => ({ input, index }))
      .sort((a, b) => a.input.atMs - b.input.atMs || a.index - b.index)
      .map(({ input }) => input);
    const outcome = await new World({
      seed: 'undisturbed',
      workload: { ...workload, inputs },
      preload: { ...preload, artifacts: new Map(preload.artifacts) },
      faults: [
        { kind: 'outage', atMs: OUTAGE_AT * workload.endMs, forMs: 5_000 },
        { kind: 'restart', instance: 'ensemble/1', atMs: 0.9 * workload.endMs, downMs: 1_000 },
      ],
      services: SERVICES.loop,
    }).run();
    assert.equal(outcome.restless, undefined);
    assert.deepEqual(
      outcome.ends.filter((text) => !/goes down|is stopped/.test(text)),
      [],
    );
    const said = ofOthers(historyOf(outcome.broker, workload.judgedThrough, 'own'));
    const expected = ofOthers(stage.history);
    assert.ok((expected.get('window')?.size ?? 0) > 20, 'there is nothing to lose');
    const kinds = ['window', 'signal'] as const;
    for (const kind of kinds) {
      const pick = (history: History) => new Map([[kind, history.get(kind) ?? new Map()]]);
      assert.deepEqual(compareHistories(pick(expected), pick(said)).differences, []);
    }
  });
}
