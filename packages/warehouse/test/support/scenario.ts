import { label, modelEvent, modelSpec, prediction, request, signal, verdict } from './records.ts';
import type { TestWarehouse } from './test-warehouse.ts';

/** A moment of today: everything of the scenario lies on one day. */
export const START = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 1_000;

/**
 * Requests of `elec` with what version 1 and later version 2 answered, in live, canary and shadow;
 * r8 is lost, r9 refused.
 */
const REQUESTS = [
  { id: 'r1', eventTime: 1_000, live: { version: 1, predicted: 1 } },
  { id: 'r2', eventTime: 2_000, live: { version: 1, predicted: 1 } },
  { id: 'r3', eventTime: 3_000, live: { version: 1, predicted: 0 } },
  { id: 'r4', eventTime: 4_000, live: { version: 1, predicted: 0 } },
  { id: 'r5', eventTime: 11_000, live: { version: 2, predicted: 1 }, shadow: { version: 1, predicted: 0 } },
  { id: 'r6', eventTime: 12_000, live: { version: 2, predicted: 0 }, shadow: { version: 1, predicted: 0 } },
  { id: 'r7', eventTime: 25_000, canary: { version: 2, predicted: 1 } },
  { id: 'r8', eventTime: 26_000 },
  { id: 'r9', eventTime: 27_000 },
] as const;

/**
 * Labels in the order in which they came: r1 twice, one that is no class, one for a request that
 * never was.
 */
const LABELS = [
  { id: 'r1', label: 1, eventTime: 2_000 },
  { id: 'r2', label: 0, eventTime: 2_500 },
  { id: 'r3', label: 0, eventTime: 5_000 },
  { id: 'r4', label: 7, eventTime: 4_000 },
  { id: 'r1', label: 0, eventTime: 9_000 },
  { id: 'r5', label: 1, eventTime: 11_100 },
  { id: 'r6', label: 0, eventTime: 12_000 },
  { id: 'nobody', label: 1, eventTime: 12_000 },
] as const;

/** Sends the scenario and waits until it is in ClickHouse. Everything lies on partition 0. */
export async function playScenario({ producer, settled }: TestWarehouse): Promise<void> {
  await producer.send('model.specs', [
    { key: 'elec', value: modelSpec() },
    { key: 'load', value: modelSpec({ model: 'load', task: 'regression', classes: 0 }) },
  ]);
  await producer.send(
    'inference.requests',
    REQUESTS.map(({ id, eventTime }, i) => ({
      key: id,
      partition: 0,
      timestamp: START + 100 * i,
      value: request({ requestId: id, eventTime, features: Float32Array.of(i, -i) }),
    })),
  );
  // The answer to the request at offset i comes i + 1 ms after it; r2's is written twice.
  const answers = REQUESTS.flatMap((asked, i) =>
    (['live', 'canary', 'shadow'] as const).flatMap((role) => {
      const answer = role in asked ? (asked as Partial<Record<typeof role, Answer>>)[role] : undefined;
      if (!answer) return [];
      const value = prediction({
        ...answer,
        role,
        requestId: asked.id,
        eventTime: asked.eventTime,
        requestPartition: 0,
        requestOffset: i,
      });
      const record = { key: asked.id, partition: 0, timestamp: START + 100 * i + i + 1, value };
      return asked.id === 'r2' ? [record, { ...record, timestamp: START + 5_000 }] : [record];
    }),
  );
  await producer.send('inference.predictions', answers);
  await producer.send(
    'inference.labels',
    LABELS.map(({ id, label: truth, eventTime }, i) => ({
      key: id,
      partition: 0,
      timestamp: START + 10_000 + i,
      value: label({ requestId: id, label: truth, eventTime }),
    })),
  );
  await producer.send('dead.letters', [
    {
      key: 'r9',
      value: {
        topic: 'inference.requests',
        partition: 0,
        offset: 8,
        key: null,
        value: Uint8Array.of(1),
        code: 'FEATURE_NOT_FINITE',
        reason: 'a feature is infinite',
        service: 'inference',
        at: START,
      },
    },
  ]);
  await playRegression(producer);
  await playDrift(producer);
  await settled();
}

interface Answer {
  readonly version: number;
  readonly predicted: number;
}

/** `load` answers 10 and 20 where 12 and 16 were right. */
async function playRegression(producer: TestWarehouse['producer']): Promise<void> {
  for (const [i, predicted, truth] of [
    [0, 10, 12],
    [1, 20, 16],
  ] as const) {
    const common = { model: 'load', requestId: `load-${i}`, eventTime: 1_000 };
    const record = { key: common.requestId, partition: 1, timestamp: START };
    await producer.send('inference.requests', [{ ...record, value: request(common) }]);
    await producer.send('inference.predictions', [
      {
        ...record,
        value: prediction({
          ...common,
          outputs: Float32Array.of(predicted),
          predicted,
          requestPartition: 1,
          requestOffset: i,
        }),
      },
    ]);
    await producer.send('inference.labels', [{ ...record, value: label({ ...common, label: truth }) }]);
  }
  const moment = { model: 'load', windowStart: 1_000, windowEnd: 1_001 };
  const alarm = {
    ...moment,
    signal: 'concept',
    detector: 'row-watch',
    feature: 'hour',
    drifted: true,
  } as const;
  const dated = { changePoint: 800, changePointFrom: 700, changePointTo: 900 };
  await producer.send('drift.signals', [{ key: 'load', value: signal({ ...alarm, ...dated }) }]);
  await producer.send('drift.verdicts', [
    { key: 'load', timestamp: START, value: verdict({ ...moment, sequence: 0, state: 'drift' }) },
  ]);
}

async function playDrift(producer: TestWarehouse['producer']): Promise<void> {
  const first = { windowStart: 0, windowEnd: 10_000, version: 1 };
  const second = { windowStart: 10_000, windowEnd: 20_000, version: 2 };
  const signals = [
    signal({ ...first, detector: 'ks', feature: 'price', severity: 0.25, late: 2, n: 4 }),
    signal({ ...first, detector: 'psi', feature: 'price', severity: 0.125, n: 4 }),
    signal({
      ...first,
      signal: 'prediction',
      detector: 'cbpe',
      feature: '',
      statistic: 0.875,
      severity: 0.5,
    }),
    signal({ ...first, signal: 'concept', detector: 'adwin', feature: '', severity: 0.75, drifted: true }),
    signal({ ...second, signal: 'prediction', detector: 'cbpe', feature: '', statistic: 0.625, severity: 0 }),
  ];
  await producer.send(
    'drift.signals',
    signals.map((value) => ({ key: 'elec', value })),
  );
  await producer.send(
    'drift.verdicts',
    [
      verdict({ ...first, sequence: 0, state: 'warning', likelihood: 0.5 }),
      verdict({
        ...first,
        sequence: 1,
        state: 'drift',
        likelihood: 0.875,
        confirmedByLabels: true,
        changePoint: 3_000,
        action: 'retrain',
        commandId: 'c1',
      }),
    ].map((value) => ({ key: 'elec', timestamp: START, value })),
  );
  await producer.send(
    'model.events',
    [
      modelEvent({ version: 1, kind: 'registered' }),
      modelEvent({ version: 1, kind: 'published', eventTime: 0 }),
      modelEvent({ version: 2, kind: 'registered', parentVersion: 1, eventTime: 9_000 }),
      modelEvent({ version: 2, kind: 'published', eventTime: 10_000, metrics: { accuracy: 0.75 } }),
      modelEvent({
        version: 2,
        kind: 'rolledBack',
        restoredVersion: 1,
        eventTime: 30_000,
        reasons: ['worse'],
      }),
    ].map((value) => ({ key: 'elec', timestamp: START, value })),
  );
}
