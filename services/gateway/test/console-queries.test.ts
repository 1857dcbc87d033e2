import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DriftSignal, DriftVerdict, TopicName, TopicRecords } from '@driftloop/schemas';
import type { FastifyInstance } from 'fastify';
import { type GatewayFixture, NOW, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
let app: FastifyInstance;
before(async () => {
  gateway = await startGateway();
  app = gateway.app;
});
after(() => gateway.close());

const send = async <T extends TopicName>(topic: T, key: string, values: readonly TopicRecords[T][]) => {
  const { producer, bus, warehouse } = gateway.connections;
  await producer.send(
    topic,
    values.map((value) => ({ key, value })),
  );
  const ends = (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
  await warehouse.waitForIngest(topic as 'drift.signals', ends, { timeoutMs: 60_000 });
};
const SIGNAL: DriftSignal = {
  model: 'prices',
  version: 2,
  windowStart: 60_000,
  windowEnd: 120_000,
  signal: 'data',
  detector: 'ks',
  feature: 'demand',
  statistic: 0.5,
  pValue: 0.01,
  threshold: 0.25,
  expected: null,
  detail: 'higher',
  n: 100,
  severity: 0.9,
  drifted: true,
  changePoint: null,
  rival: null,
  eValue: null,
  ordinal: 0,
  total: 4,
  late: 0,
  ahead: 0,
  through: [],
};
const VERDICT: DriftVerdict = {
  model: 'prices',
  version: 2,
  windowStart: 60_000,
  windowEnd: 120_000,
  sequence: 1,
  state: 'drift',
  likelihood: 0.99,
  confirmedByLabels: true,
  evidence: [
    {
      signal: 'data',
      detector: 'ks',
      feature: 'demand',
      windowStart: 60_000,
      weight: 1,
      text: 'demand is higher',
    },
  ],
  changePoint: null,
  changePointFrom: null,
  changePointTo: null,
  action: 'none',
  commandId: null,
};

test('the overview tells the newest of every model in one call', async () => {
  const bare = (await app.inject('/overview')).json();
  assert.equal(bare.at, NOW);
  const nothing = { rows: 0, newestAt: null };
  assert.deepEqual(bare.models, [
    {
      model: 'prices',
      task: 'binary',
      live: 2,
      canary: null,
      shadow: null,
      verdict: null,
      realised: null,
      estimated: null,
      requests: nothing,
      labels: nothing,
    },
  ]);
  await send('drift.signals', 'prices', [
    SIGNAL,
    { ...SIGNAL, detector: 'psi', severity: 0.95, statistic: 2, detail: 'much higher', ordinal: 1 },
    {
      ...SIGNAL,
      signal: 'concept',
      detector: 'accuracy',
      feature: '',
      statistic: 0.75,
      expected: 0.9,
      ordinal: 2,
    },
    {
      ...SIGNAL,
      windowStart: 0,
      windowEnd: 60_000,
      signal: 'concept',
      detector: 'accuracy',
      feature: '',
      statistic: 0.1,
    },
  ]);
  await send('drift.verdicts', 'prices', [{ ...VERDICT, sequence: 0, state: 'stable' }, VERDICT]);
  await send('inference.requests', 'r', [
    { requestId: 'r', model: 'prices', eventTime: 1, features: Float32Array.of(1, 2) },
  ]);
  const [told] = (await app.inject('/overview')).json().models;
  assert.deepEqual(told.verdict, {
    version: 2,
    state: 'drift',
    likelihood: 0.99,
    windowEnd: 120_000,
    action: 'none',
    evidence: 'demand is higher',
  });
  assert.deepEqual(told.realised, { value: 0.75, expected: 0.9, rows: 100, windowEnd: 120_000 });
  assert.equal(told.estimated, null);
  assert.equal(told.requests.rows, 1);
  assert.equal(typeof told.requests.newestAt, 'number');
  assert.deepEqual(told.labels, nothing);
});

test('of several tests of a feature in a window the strongest is told', async () => {
  const { rows } = (await app.inject('/models/prices/evidence?from=60000')).json();
  assert.deepEqual(
    rows.map(({ signal, feature, detector, severity, detail }: Record<string, unknown>) => ({
      signal,
      feature,
      detector,
      severity,
      detail,
    })),
    [
      { signal: 'concept', feature: '', detector: 'accuracy', severity: 0.9, detail: 'higher' },
      { signal: 'data', feature: 'demand', detector: 'psi', severity: 0.95, detail: 'much higher' },
    ],
  );
  const newest = (await app.inject('/models/prices/evidence?limit=1')).json().rows;
  assert.deepEqual(newest, rows);
});

test('a command is told with its rows, and how far it has come', async () => {
  const asked = await app.inject({
    method: 'POST',
    url: '/models/prices/retrain',
    payload: { reason: 'because' },
  });
  const { commandId } = asked.json();
  const ask = async () => (await app.inject('/models/prices/commands')).json().rows;
  await send('training.progress', 'prices', [
    progressOf(commandId, 'queued', 0),
    progressOf(commandId, 'training', 7),
  ]);
  const { bus, warehouse } = gateway.connections;
  const ends = (await bus.offsets('retrain.commands')).map(({ partition, high }) => ({
    partition,
    offset: high,
  }));
  await warehouse.waitForIngest('retrain.commands', ends, { timeoutMs: 60_000 });
  const [row] = await ask();
  assert.equal(row.commandId, commandId);
  assert.equal(row.action, 'retrain');
  assert.deepEqual(row.reasons, ['because']);
  assert.ok(row.selection.length > 0);
  assert.deepEqual([row.progress.phase, row.progress.step], ['training', 7]);
});

function progressOf(commandId: string, phase: 'queued' | 'training', step: number) {
  return {
    model: 'prices',
    commandId,
    phase,
    version: null,
    step,
    steps: 10,
    loss: null,
    metrics: {},
    at: 1,
    message: '',
  };
}
