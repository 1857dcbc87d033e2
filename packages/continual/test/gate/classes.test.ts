import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import { concatRows } from '@driftloop/spec';
import { type GateSettings, train } from '../../src/index.ts';
import { engine, specOf } from '../fixtures.ts';
import { judge, judging, memoryOf, type Rows, rowsOf, trained } from './candidates.ts';

const task = 'binary';
const rows = (given: Rows) => rowsOf(task, given);
/** Rows of both places; whoever learns them all knows them all. */
const bothPlaces = (change: Partial<Rows> = {}) =>
  concatRows([rows({ rows: 600, seed: 2, place: 'there' }), rows({ rows: 600, seed: 1, ...change })], 2);
const modelOf = async (...given: Parameters<typeof trained>) => (await trained(...given)).model;

const live = await modelOf({ task, data: bothPlaces() });
const alike = await modelOf({ task, data: bothPlaces(), seed: 2 });
const recent = rows({ rows: 400, seed: 3 });
const memory = memoryOf(rows({ rows: 200, seed: 4, place: 'there' }));
const common = { live, recent, memory, task } as const;

const { assertPasses, assertFails } = judging(common);

test('the live version itself passes, and every check says what it compared', async () => {
  const metrics = await assertPasses(
    { candidate: live },
    /^on the 400 newest rows it is right on 8\d\.\d %, the live version on 8\d\.\d %: not worse/,
    /on 200 remembered rows it is right on/,
    /its calibration error is 0\.\d{3} \(live 0\.\d{3}\), its log loss/,
    /its outputs as served differ by .* at most from those in training/,
    /a row costs it \d+ FLOP, the live version \d+$/,
  );
  assert.deepEqual([Math.abs(metrics.recentGain!), metrics.forgetting], [0, 0]);
});

// The newest rows.

/**
 * Its probabilities are too sure, so that a candidate may be right less often without a worse log
 * loss.
 */
const sureLive = await modelOf({ task, data: bothPlaces({ steepness: 1000 }) });
const turned = await modelOf({ task, data: bothPlaces({ angle: 0.4 }) });

test('a candidate that is right less often on the newest rows fails, another of the same concept passes', async () => {
  const many = { live: sureLive, recent: rows({ rows: 1200, seed: 3 }) };
  const metrics = await assertFails(
    { ...many, candidate: turned },
    /^on the 1200 newest rows .*: worse by more than 2\.0 % \(p = /,
  );
  assert.ok(metrics.pWorse! < 0.05 && metrics.recentGain! < -0.02, JSON.stringify(metrics));
  await assertPasses({ ...many, candidate: alike }, /on the 1200 newest rows .*: not worse/);
});

test('a loss beyond the margin that may be chance passes, one beyond three margins does not', async () => {
  const few = { recent: rows({ rows: 40, seed: 8 }) };
  const metrics = await assertFails(
    { ...few, candidate: turned },
    /^on the 40 newest rows .*: worse by more than 6\.0 %$/,
  );
  assert.ok(metrics.pWorse! > 0.05, `${metrics.pWorse}`);
  // So may be what it loses in log loss.
  const wide = await assertPasses({ ...few, candidate: turned, settings: { tolerance: 20 } });
  assert.ok(wide.recentGain! < -0.1 && wide.recentLoss! > wide.recentLiveLoss! + 0.05, JSON.stringify(wide));
});

test('fewer newest rows than the least are not enough to judge by', async () => {
  for (const count of [0, 29]) {
    const reason = new RegExp(`^only ${count} newest labelled rows are at hand to judge by, 30 are needed$`);
    await assertFails({ candidate: live, recent: rows({ rows: count, seed: 3 }) }, reason);
  }
  await assertPasses({ candidate: live, recent: rows({ rows: 30, seed: 3 }) });
  await assertPasses({ candidate: live, recent: rows({ rows: 29, seed: 3 }), settings: { minRows: 29 } });
});

// What was known.

const here = rows({ rows: 600, seed: 1 });
const forgetful = await modelOf({ task, data: here });

test('a candidate that learnt the newest rows alone forgets and fails, one that replays passes', async () => {
  const metrics = await assertFails(
    { candidate: forgetful },
    /^on 200 remembered rows it is right on [12]\d\.\d %, the live version on 8\d\.\d %: it forgets more than the 10\.0 % allowed$/,
  );
  assert.ok(metrics.forgetting! > 0.5);
  const there = memoryOf(rows({ rows: 300, seed: 2, place: 'there' }));
  const mindful = await modelOf({ task, data: here, memory: there, strategy: 'replay' });
  await assertPasses({ candidate: mindful }, /on 200 remembered rows it is right on 8/);
});

test('forgetting is not measured on fewer than 30 remembered rows', async () => {
  const few = (count: number) => memoryOf(rows({ rows: count, seed: 4, place: 'there' }));
  await assertPasses({ candidate: forgetful, memory: few(29) }, /29 remembered rows are too few/);
  await assertFails({ candidate: forgetful, memory: few(30) }, /^on 30 remembered rows/);
});

test('where the concept has turned round, as much may be forgotten of the old one as is gained on the new', async () => {
  const change = { angle: Math.PI };
  const convert = await modelOf({ task, data: bothPlaces(change) });
  const old = memoryOf(rows({ rows: 200, seed: 4 }));
  const metrics = await assertPasses({
    candidate: convert,
    recent: rows({ rows: 400, seed: 3, ...change }),
    memory: old,
  });
  assert.ok(metrics.recentGain! > 0.6 && metrics.forgetting! > 0.6, JSON.stringify(metrics));
  // Without a gain the same loss is forgetting.
  const verdict = await judge({ ...common, candidate: convert, memory: old });
  assert.match(verdict.reasons.join('; '), /it forgets more than the 10\.0 % allowed/);
});

// Probabilities.

test('a candidate as right, but surer than it may be, fails by its log loss; within the margin it passes', async () => {
  const sure = await modelOf({ task, data: bothPlaces({ steepness: 1000 }) });
  const unsure = { recent: rows({ rows: 1200, seed: 3, steepness: 2 }) };
  const calibrated = await modelOf({ task, data: bothPlaces({ steepness: 2 }) });
  const given = { ...unsure, live: calibrated, candidate: sure };
  const failing =
    /its calibration error is 0\.\d+ \(live 0\.\d+\), its log loss .*: its probabilities are worse$/;
  const only = (settings: Partial<GateSettings>) => ({ ...given, settings });
  await assertFails(given, failing);
  await assertFails(only({ calibrationMargin: 1 }), failing);
  await assertFails(only({ logLossMargin: 10 }), failing);
  await assertPasses(only({ calibrationMargin: 1, logLossMargin: 10 }));
  await assertPasses({
    ...unsure,
    live: calibrated,
    candidate: await modelOf({ task, data: bothPlaces({ steepness: 2 }), seed: 2 }),
  });
});

// What is served.

/**
 * A line and a softmax or lone sigmoid, of another maker than driftloop; perhaps what it answers
 * depends on the rows beside.
 */
async function foreign(end: 'softmax' | 'sigmoid', { besideOthers = false } = {}): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'foreign' });
  const width = end === 'softmax' ? 2 : 1;
  graph.input('x', 'float32', ['batch', 2]);
  graph.initializer(
    float32Tensor(
      'w',
      [2, width],
      Float32Array.from({ length: 2 * width }, (_, i) => 0.1 * i),
    ),
  );
  graph.initializer(float32Tensor('b', [width], new Float32Array(width)));
  let value = graph.node('Gemm', ['x', 'w', 'b']);
  if (besideOthers)
    value = graph.node('Sub', [value, graph.node('ReduceMean', [value], { axes: [0], keepdims: 1 })]);
  graph.output(
    end === 'softmax' ? graph.node('Softmax', [value], { axis: -1 }) : graph.node('Sigmoid', [value]),
  );
  const { model } = await train({
    engine,
    model: serializeModel(graph.build()),
    spec: specOf(task, 2, 2),
    data: here,
    memory: memoryOf(rows({ rows: 1, seed: 1 })),
    strategy: 'naive',
    budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: 400 },
    seed: 1,
    now: () => 0,
    recipe: { learningRate: 0.1, batchSize: 64, epochs: 40, halfLifeRows: 0 },
  });
  return model;
}

test('a candidate whose answers depend on the rows beside is not what was trained: it fails, its like without that passes', async () => {
  const known = { live: forgetful, memory: memoryOf(here) };
  const metrics = await assertFails(
    { ...known, candidate: await foreign('softmax', { besideOthers: true }) },
    /^its outputs as served differ by 0\.\d+ at most from those in training: too much$/,
  );
  assert.ok(metrics.parityDifference! > 1e-3, `${metrics.parityDifference}`);
  for (const end of ['softmax', 'sigmoid'] as const) {
    const candidate = await foreign(end);
    const { parityDifference } = await assertPasses(
      { ...known, candidate },
      /its outputs as served differ by/,
    );
    assert.ok(parityDifference! < 1e-5, `${end}: ${parityDifference}`);
  }
});

// What it costs.

test('a candidate of twice the arithmetic fails however good it is, one of a little more passes', async () => {
  const of = (hidden: number) => modelOf({ task, data: bothPlaces(), hidden: [hidden] });
  const metrics = await assertFails(
    { candidate: await of(32) },
    /^a row costs it 300 FLOP, the live version 156: more than 1\.5 times as much$/,
  );
  assert.deepEqual([metrics.flopsPerRow, metrics.liveFlopsPerRow], [300, 156]);
  await assertPasses({ candidate: await of(20) }, /a row costs it 192 FLOP, the live version 156$/);
  await assertPasses({ candidate: await of(32), settings: { costFactor: 2 } });
});
