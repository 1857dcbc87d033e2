import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createLinear,
  createMlp,
  emptyMemory,
  predict,
  STRATEGIES,
  type TrainOptions,
  train,
} from '../src/index.ts';
import { engine, lineStream, planeValues, specOf } from './fixtures.ts';

const binary = specOf('binary', 2, 2);
const base = {
  engine,
  model: createMlp({ inputs: 2, hidden: [8], task: 'binary', classes: 2, seed: 1 }),
  spec: binary,
  memory: emptyMemory(2, 100),
  strategy: 'naive',
  budget: { maxSeconds: 60, maxSteps: 10_000 },
  seed: 7,
  now: () => 0,
  recipe: { epochs: 10, batchSize: 64, learningRate: 0.01 },
} satisfies Omit<TrainOptions, 'data'>;

async function accuracyOf(model: Uint8Array, data = lineStream(1000, 0.4, 99)): Promise<number> {
  const { outputs } = await predict(engine, model, data.features, 2);
  let right = 0;
  for (let row = 0; row < data.rows; row++) {
    if (Number(outputs[2 * row + 1]! > 0.5) === data.labels[row]) right++;
  }
  return right / data.rows;
}

for (const { name } of STRATEGIES) {
  test(`${name} learns a line`, async () => {
    const { model, memory, metrics } = await train({
      ...base,
      strategy: name,
      data: lineStream(600, 0.4, 1),
    });
    assert.ok((await accuracyOf(model)) > 0.95);
    assert.ok(memory.rows.rows > 0 && memory.rows.rows <= 100);
    assert.equal(metrics.steps, 100);
  });

  test(`${name} gives the same bytes twice, from a memory too`, async () => {
    const twice = [];
    for (let i = 0; i < 2; i++) {
      const first = await train({
        ...base,
        strategy: name,
        recipe: { epochs: 2 },
        data: lineStream(200, 0.4, 1),
      });
      const data = lineStream(200, 1.2, 2, 0, 200);
      const second = await train({
        ...base,
        strategy: name,
        recipe: { epochs: 2, start: 'warm' },
        data,
        model: first.model,
        memory: first.memory,
      });
      twice.push(second);
    }
    assert.deepEqual(twice[0], twice[1]);
  });
}

test('a regression is learnt in the units of its labels', async () => {
  const model = createLinear({ inputs: 2, task: 'regression', classes: 0, seed: 1 });
  const data = planeValues(800, 1);
  const trained = await train({
    ...base,
    model,
    spec: specOf('regression', 0, 2),
    data,
    recipe: { epochs: 100, learningRate: 0.01, optimizer: { kind: 'adam' } },
  });
  const { outputs } = await predict(engine, trained.model, Float32Array.of(0, 0, 1, 0, 0, 1), 2);
  [3, 5, 2].forEach((expected, row) => {
    assert.ok(Math.abs(outputs[row]! - expected) < 0.1);
  });
});

test('a regression learns the same in every unit of its labels', async () => {
  const data = planeValues(200, 1);
  const at = Float32Array.of(0, 0, 1, 0, 0, 1);
  const learntIn = async (unit: number) => {
    const { model, metrics } = await train({
      ...base,
      model: createLinear({ inputs: 2, task: 'regression', classes: 0, seed: 1 }),
      spec: specOf('regression', 0, 2),
      data: { ...data, labels: data.labels.map((label) => label * unit) },
      recipe: { epochs: 10, heldBackShare: 0.2 },
    });
    const { outputs } = await predict(engine, model, at, 2);
    return { answers: Array.from(outputs, (value) => value / unit), loss: metrics.trainingLoss };
  };
  const here = await learntIn(1);
  for (const unit of [2 ** -40, 2 ** -10, 2 ** 40]) assert.deepEqual(await learntIn(unit), here);
});

test('row weights decide between contradicting labels', async () => {
  const data = lineStream(600, 0.4, 1);
  const contradicting = { ...data, labels: data.labels.map((label, row) => (row < 300 ? 1 - label : label)) };
  const weights = Float32Array.from({ length: 600 }, (_, row) => (row < 300 ? 0.05 : 1));
  const { model } = await train({
    ...base,
    data: { ...contradicting, weights },
    recipe: { ...base.recipe, halfLifeRows: 0 },
  });
  assert.ok((await accuracyOf(model)) > 0.9);
});

test('a warm start on other standardisation begins with the same answers', async () => {
  const { model } = await train({ ...base, data: lineStream(300, 0.4, 1) });
  const shifted = lineStream(300, 0.4, 2, 0, 300);
  shifted.features.forEach((value, i) => {
    shifted.features[i] = 1 + 0.5 * value;
  });
  const recipe = { epochs: 1, learningRate: 0, start: 'warm' as const };
  const warm = await train({ ...base, model, data: shifted, recipe });
  const before = await predict(engine, model, shifted.features, 2);
  const after = await predict(engine, warm.model, shifted.features, 2);
  before.outputs.forEach((value, i) => {
    assert.ok(Math.abs(value - after.outputs[i]!) < 1e-5);
  });
});

test('early stopping keeps the best parameters on the held-back newest rows', async () => {
  const data = lineStream(400, 0.4, 1, 0.3);
  const recipe = { epochs: 200, heldBackShare: 0.25, patience: 5, learningRate: 0.05, batchSize: 16 };
  const { metrics } = await train({ ...base, data, recipe });
  assert.ok(metrics.steps! < metrics.plannedSteps!, 'it stopped before the epochs were over');
  assert.ok(metrics.bestStep! < metrics.steps!);
});

test('budgets end a run early, with what was learnt so far', async () => {
  const data = lineStream(600, 0.4, 1);
  const bySteps = await train({ ...base, data, budget: { maxSeconds: 60, maxSteps: 7 } });
  assert.equal(bySteps.metrics.steps, 7);
  let ticks = 0;
  const byTime = await train({
    ...base,
    data,
    now: () => ticks++ * 1000,
    budget: { maxSeconds: 30, maxSteps: 1000 },
  });
  assert.equal(byTime.metrics.stoppedByTime, 1);
  assert.ok(byTime.metrics.steps! < 100);
});

test('progress tells step, loss, accuracy and samples per second', async () => {
  const reports: { step: number; loss: number; metrics: Readonly<Record<string, number>> }[] = [];
  let clock = 0;
  const now = () => ++clock;
  await train({ ...base, now, data: lineStream(600, 0.4, 1), onProgress: (report) => reports.push(report) });
  assert.deepEqual(
    reports.map(({ step }) => step),
    [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  );
  assert.ok(reports.at(-1)!.loss < reports[0]!.loss);
  assert.ok(reports.at(-1)!.metrics.accuracy! > 0.9);
  assert.ok(reports[0]!.metrics.samplesPerSecond! > 0);
});

test('a cancelled run fails with its reason', async () => {
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error('superseded'));
  const run = train({ ...base, data: lineStream(600, 0.4, 1), onProgress, signal: controller.signal });
  await assert.rejects(run, { code: 'TRAINING_FAILED', message: /cancelled after 10 steps/ });
});

test('a diverging loss ends the run', async () => {
  const model = createLinear({ inputs: 2, task: 'regression', classes: 0, seed: 1 });
  const recipe = {
    learningRate: 100,
    optimizer: { kind: 'sgd' as const },
    schedule: 'constant' as const,
    epochs: 50,
  };
  const run = train({ ...base, model, spec: specOf('regression', 0, 2), data: planeValues(300, 1), recipe });
  await assert.rejects(run, { code: 'TRAINING_FAILED', message: /lower the learning rate/ });
});

test('rows that nothing can be learnt from are refused, with what and where', async () => {
  const good = lineStream(50, 0.4, 1);
  const withLabel = (label: number) => ({
    ...good,
    labels: Float32Array.from(good.labels).fill(label, 3, 4),
  });
  const withFeature = (value: number) => ({
    ...good,
    features: Float32Array.from(good.features).fill(value, 9, 10),
  });
  const cases: [string, typeof good, RegExp][] = [
    ['no rows', lineStream(0, 0, 1), /no labelled rows/],
    ['one class', { ...good, labels: new Float32Array(50) }, /all 50 labels are of class 0/],
    ['a label that is no number', withLabel(Number.NaN), /label of row 3 is NaN/],
    ['a label outside the classes', withLabel(2), /label of row 3 is 2.*from 0 to 1/],
    ['a missing value where none is allowed', withFeature(Number.NaN), /feature 'x1' of row 4 is NaN/],
    [
      'an infinite value',
      withFeature(Number.POSITIVE_INFINITY),
      /feature 'x1' of row 4 is Infinity: .*scale the column/,
    ],
    ['another width', { ...good, width: 1, features: good.features.subarray(0, 50) }, /rows have 1 features/],
    [
      'a negative weight',
      { ...good, weights: Float32Array.from(good.weights).fill(-1, 5, 6) },
      /weight of row 5/,
    ],
    ['no weight at all', { ...good, weights: new Float32Array(50) }, /all weights are 0/],
  ];
  for (const [what, data, message] of cases) {
    await assert.rejects(train({ ...base, data }), { code: 'DATA_INVALID', message }, what);
  }
});

test('an unknown strategy and an unknown setting are refused', async () => {
  const data = lineStream(50, 0.4, 1);
  await assert.rejects(train({ ...base, data, strategy: 'forgetful' }), { code: 'STRATEGY_UNKNOWN' });
  await assert.rejects(train({ ...base, data, settings: { lambda: 1 } }), { code: 'SPEC_INVALID' });
});
