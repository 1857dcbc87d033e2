import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTraceReceiver, type TraceReceiver } from '@driftloop/local';
import { trainFirstVersion } from '@driftloop/scenario';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { createTrainerWorld, MINUTELY, type TrainerWorld, tableOf } from './fixtures/trainer.ts';

/**
 * The truth of the stream, a rule that is right about five times in six, and one that is hardly.
 */
const truth = (row: Float32Array) => Number(row[0]! + 0.5 * row[1]! > 0);
const rough = (row: Float32Array) => Number(row[0]! > 0.2 * row[2]!);
const wrong = (row: Float32Array) => Number(row[1]! - row[0]! > 0);

const MODEL = 'released';
const WINDOW_ROWS = 250;
const SLICE_ROWS = 1_000;
const MOST_ROWS = 40_000;

let world: TrainerWorld;
let collector: TraceReceiver;
let sent = 1_000;
before(async () => {
  collector = await startTraceReceiver();
  world = await createTrainerWorld(
    ['inference', 'prediction-drift', 'data-drift', 'concept-drift', 'ensemble', 'trainer'],
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  );
});
after(async () => {
  await world.close();
  collector.close();
});

/** Nothing is trained: what is released is released by a person, and judged by the loop. */
function released(spec: ModelSpec): ModelSpec {
  return {
    ...spec,
    window: { ...spec.window, lengthMs: WINDOW_ROWS * MINUTELY.intervalMs, minSamples: 100 },
    retrain: { ...spec.retrain, enabled: true, maxAgeMs: 0, minLabels: 1_000_000, maxRows: 1_000_000 },
    rollout: { canaryShare: 0.2, shadowVersions: [1] },
  };
}

/** A version that has learnt a rule; returns its number. */
async function make(labelOf: (row: Float32Array) => number, publish: boolean): Promise<number> {
  const { registry } = world.connections;
  const spec = registry.model(MODEL)?.spec;
  assert(spec);
  const table = tableOf(1_000, 7, labelOf);
  const made = await trainFirstVersion({
    spec,
    table,
    clock: MINUTELY,
    trainingRows: table.rows,
    seed: 2,
  });
  return registry.register({ spec, ...made, publish, reasons: [], actor: 'a person' });
}

/** Rows with their labels, slice by slice, until something holds. */
async function streamUntil(holds: () => boolean): Promise<void> {
  for (const from = sent; !holds(); sent += SLICE_ROWS) {
    assert(sent - from < MOST_ROWS, `not within ${MOST_ROWS} rows: ${JSON.stringify(said())}`);
    await world.stream(MODEL, tableOf(SLICE_ROWS, sent, truth), sent);
    await world.read();
  }
}

/** What model.events says of a version. */
async function told(kind: ModelEvent['kind'], version: number): Promise<ModelEvent> {
  const find = () =>
    world.events.find((event) => event.model === MODEL && event.kind === kind && event.version === version);
  await world.until(`${kind} ${version}`, () => find() !== undefined);
  return find() as ModelEvent;
}

function said() {
  return world.events
    .filter(({ model }) => model === MODEL)
    .map(({ kind, version, restoredVersion, actor }) => ({ kind, version, restoredVersion, actor }));
}

const isLive = (version: number) => world.connections.registry.model(MODEL)?.state.live === version;

test('a canary that is better goes live by itself, and a worse version that a person made live is taken down', async () => {
  await world.register(MODEL, tableOf(1_000, 3, rough), released);
  const { registry } = world.connections;

  const better = await make(truth, false);
  const traceId = 'c0ffee'.padEnd(32, '0');
  const trace = `00-${traceId}-${'7'.padStart(16, '0')}-01`;
  const eventTime = MINUTELY.startMs + sent * MINUTELY.intervalMs;
  const value = { requestId: 'traced', model: MODEL, eventTime, features: tableOf(1, 5, truth).features };
  await world.connections.producer.send('inference.requests', [{ key: value.requestId, value, trace }]);
  await registry.release(MODEL, { version: better, to: 'canary', reason: 'a trial', actor: 'a person' });
  await streamUntil(() => isLive(better));
  const promoted = await told('published', better);
  assert.notEqual(promoted.actor, 'a person');
  const swapped = () => collector.spans().find((span) => span.traceId === traceId && span.name === 'swap');
  await world.until('the swap in the trace of a request', () => swapped() !== undefined);
  const swap = swapped();
  assert(swap);
  // Each service sends its spans when it likes: those of the way there may come after the last.
  const path = () => collector.pathTo(swap);
  await world.until('the whole way to the swap', () => path()[0] === 'process inference.requests');
  assert.deepEqual(path().slice(-7), [
    'send drift.sketches',
    'process drift.sketches',
    'send retrain.commands',
    'process retrain.commands',
    'send model.events',
    'process model.events',
    'swap',
  ]);

  const worse = await make(wrong, true);
  await streamUntil(() => isLive(1));
  const taken = await told('rolledBack', worse);
  assert.equal(taken.restoredVersion, 1);
  assert.notEqual(taken.actor, 'a person');
});

test('a canary that is worse is given up by itself', async () => {
  const { registry } = world.connections;
  const worse = await make(wrong, false);
  await registry.release(MODEL, { version: worse, to: 'canary', reason: 'a trial', actor: 'a person' });
  await streamUntil(() => registry.model(MODEL)?.state.versions.get(worse)?.status === 'rejected');
  assert(isLive(1));
});
