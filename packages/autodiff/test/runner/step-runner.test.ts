import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { describeModel, parseModel, tensorToFloat32 } from '@driftloop/onnx';
import { type Engine, float32, float32Data } from '../../src/engine.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import type { StepRunner, StepRunnerOptions } from '../../src/runner/step-runner.ts';
import { clusters, mlp, randomArray } from '../small-models.ts';

const model = mlp({ sizes: [6, 8, 3], hidden: 'Relu', head: 'Softmax' });
const data = clusters(60, 6, 3, 1);

function create(options: Partial<StepRunnerOptions> = {}): Promise<StepRunner> {
  const engine = createOrtEngine();
  return createStepRunner({
    engine,
    model,
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'adam' },
    ...options,
  });
}

async function largestDifference(a: StepRunner, b: StepRunner): Promise<number> {
  const [left, right] = [await a.values(), await b.values()];
  let largest = 0;
  for (const [name, values] of left) {
    values.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value - (right.get(name)?.[i] ?? Number.NaN)));
    });
  }
  return largest;
}

test('training lowers the loss, and the model is the same graph with new initializers', async () => {
  const runner = await create();
  const first = await runner.run(data, 0.02);
  for (let step = 0; step < 60; step++) await runner.run(data, 0.02);
  const { loss, logits } = await runner.gradients(data);
  assert.ok(loss < first.loss / 3, `${first.loss} to ${loss}`);
  assert.equal(runner.step, 61);

  const trained = await runner.model();
  assert.deepEqual(describeModel(trained), describeModel(model));
  const session = await createOrtEngine().load(trained);
  const served = float32Data(await session.run({ x: float32(data.features, [60, 6]) }), 'y');
  const exps = logits.subarray(0, 3).map(Math.exp);
  const sum = (exps[0] ?? 0) + (exps[1] ?? 0) + (exps[2] ?? 0);
  for (let k = 0; k < 3; k++) assert.ok(Math.abs((served[k] ?? 0) - (exps[k] ?? 0) / sum) < 1e-6);
  await session.release();
  await runner.release();
});

test('micro-batches make the same updates as the whole batch', async () => {
  const all = {
    clipNorm: 0.5,
    penalty: true,
    matching: true,
    distillation: { temperature: 2 },
    masks: true,
  } as const;
  const whole = await create(all);
  const parts = await create({ ...all, microBatch: 17 });
  const batch = {
    ...data,
    teacher: { logits: randomArray(180, 2), weights: new Float32Array(60).fill(0.01) },
    remembered: { logits: randomArray(180, 3), weights: new Float32Array(60).fill(0.02) },
    penaltyScale: 0.1,
  };
  for (const runner of [whole, parts]) {
    runner.setPenalty(
      new Map([['W0', { anchor: randomArray(48, 4), importance: randomArray(48, 5).map(Math.abs) }]]),
    );
    runner.setMasks(new Map([['b0', Float32Array.of(1, 0, 1, 0, 1, 0, 1, 0)]]));
  }
  for (let step = 0; step < 10; step++) {
    const [a, b] = [await whole.run(batch, 0.01), await parts.run(batch, 0.01)];
    assert.ok(Math.abs(a.loss - b.loss) < 1e-5 * Math.abs(a.loss), `step ${step}: ${a.loss} and ${b.loss}`);
    assert.equal(b.logits.length, 180);
  }
  assert.ok((await largestDifference(whole, parts)) < 1e-5);
  await whole.release();
  await parts.release();
});

test('gradients followed by apply is a step', async () => {
  const [direct, detour] = [await create({ clipNorm: 0.4 }), await create({ clipNorm: 0.4 })];
  for (let step = 0; step < 5; step++) {
    await direct.run(data, 0.01);
    const { gradients } = await detour.gradients(data);
    await detour.apply(gradients, 0.01);
  }
  assert.equal(detour.step, 5);
  assert.ok((await largestDifference(direct, detour)) < 1e-6);
  await direct.release();
  await detour.release();
});

test('a step that runs out of memory is tried again in smaller passes', async () => {
  const engine = createOrtEngine();
  const small: Engine = {
    ...engine,
    async load(bytes, options) {
      const session = await engine.load(bytes, options);
      const run: typeof session.run = (feeds, runOptions) => {
        if ((feeds.x?.dims[0] ?? 0) > 20) throw new DriftloopError('ENGINE_OUT_OF_MEMORY', 'too many rows');
        return session.run(feeds, runOptions);
      };
      return { inputs: session.inputs, outputs: session.outputs, run, release: () => session.release() };
    },
  };
  const [whole, short] = [await create(), await create({ engine: small })];
  for (let step = 0; step < 3; step++) {
    await whole.run(data, 0.01);
    await short.run(data, 0.01);
  }
  assert.equal(short.microBatch, 15);
  assert.ok((await largestDifference(whole, short)) < 1e-5);
  await whole.release();
  await short.release();
});

test('masks hold elements still, whatever the optimizer', async () => {
  for (const optimizer of [
    { kind: 'adamw', weightDecay: 0.5 },
    { kind: 'sgd', momentum: 0.9, weightDecay: 0.1 },
  ] as const) {
    const runner = await create({ masks: true, optimizer });
    await runner.run(data, 0.01);
    const before = await runner.values();
    const mask = Float32Array.from({ length: 48 }, (_, i) => i % 2);
    runner.setMasks(new Map([['W0', mask]]));
    for (let step = 0; step < 3; step++) await runner.run(data, 0.01);
    const after = await runner.values();
    before.get('W0')?.forEach((value, i) => {
      const moved = after.get('W0')?.[i] !== value;
      assert.equal(moved, mask[i] === 1, `${optimizer.kind}: element ${i}`);
    });
    assert.notDeepEqual(before.get('W1'), after.get('W1'));
    await runner.release();
  }
});

test('path integrals add up minus gradient times movement', async () => {
  const runner = await create({ pathIntegral: true });
  const expected = new Float64Array(48);
  for (let step = 0; step < 4; step++) {
    const { gradients } = await runner.gradients(data);
    const before = await runner.values();
    await runner.run(data, 0.05);
    const after = await runner.values();
    const [from, to, slope] = [before.get('W0'), after.get('W0'), gradients.get('W0')];
    expected.forEach((value, i) => {
      expected[i] = value - (slope?.[i] ?? 0) * ((to?.[i] ?? 0) - (from?.[i] ?? 0));
    });
  }
  const path = (await runner.pathIntegrals()).get('W0') ?? new Float32Array();
  path.forEach((value, i) => {
    assert.ok(Math.abs(value - (expected[i] ?? 0)) < 1e-5);
  });
  assert.ok(path.some((value) => value > 1e-4));
  runner.resetPathIntegrals();
  assert.ok((await runner.pathIntegrals()).get('W0')?.every((value) => value === 0));
  await runner.release();
});

test('a run that is restored from a snapshot goes on as if nothing had happened', async () => {
  const runner = await create();
  for (let step = 0; step < 3; step++) await runner.run(data, 0.01);
  const snapshot = await runner.snapshot();
  for (let step = 0; step < 3; step++) await runner.run(data, 0.01);
  const other = await create();
  other.restore(snapshot);
  for (let step = 0; step < 3; step++) await other.run(data, 0.01);
  assert.equal(await largestDifference(runner, other), 0);
  assert.equal(other.step, 6);
  await runner.release();
  await other.release();
});

test('weights scale what a row counts', async () => {
  const runner = await create();
  const weights = new Float32Array(60);
  weights.set([0.25, 0.75], 10);
  const { loss } = await runner.gradients({ ...data, weights });
  const alone = async (row: number) => {
    const features = data.features.subarray(row * 6, (row + 1) * 6);
    return (await runner.gradients({ rows: 1, features, labels: data.labels.subarray(row, row + 1) })).loss;
  };
  assert.ok(Math.abs(loss - 0.25 * (await alone(10)) - 0.75 * (await alone(11))) < 1e-6);
  await runner.release();
});

test('logit offsets take classes out of the loss', async () => {
  const runner = await create({ logitOffsets: true });
  const offsets = new Float32Array(180);
  for (let row = 0; row < 60; row++) offsets[row * 3 + 2] = -1e9;
  const twoClasses = {
    ...data,
    labels: data.labels.map((label) => Math.min(label, 1)),
    logitOffsets: offsets,
  };
  const { gradients } = await runner.gradients(twoClasses);
  const bias = gradients.get('b1') ?? new Float32Array();
  assert.equal(bias[2], 0);
  assert.ok(Math.abs((bias[0] ?? 0) + (bias[1] ?? 0)) < 1e-6);
  await runner.release();
});

test('only the chosen parameters are trained', async () => {
  const runner = await create({ trainable: (name) => name.endsWith('1') });
  assert.deepEqual(
    runner.parameters.map(({ name }) => name),
    ['W1', 'b1'],
  );
  await runner.run(data, 0.1);
  const before = new Map(
    (parseModel(model).graph?.initializer ?? []).map((t) => [t.name, tensorToFloat32(t)]),
  );
  const after = new Map(
    (parseModel(await runner.model()).graph?.initializer ?? []).map((t) => [t.name, tensorToFloat32(t)]),
  );
  assert.deepEqual(after.get('W0'), before.get('W0'));
  assert.notDeepEqual(after.get('W1'), before.get('W1'));
  await runner.release();
});

test('batches that do not fit are refused with what is wrong', async () => {
  const runner = await create();
  const bad: [Parameters<StepRunner['run']>[0], string, RegExp][] = [
    [{ ...data, features: new Float32Array(61) }, 'FEATURES_WRONG_LENGTH', /input x/],
    [{ ...data, labels: data.labels.map((label) => label + 1) }, 'LABEL_INVALID', /label 3 of row/],
    [{ ...data, weights: new Float32Array(59) }, 'DATA_INVALID', /weights has 59/],
    [{ ...data, rows: 0 }, 'DATA_INVALID', /0 rows/],
    [{ ...data, penaltyScale: 1 }, 'CONFIG_INVALID', /penalty/],
  ];
  for (const [batch, code, message] of bad) {
    await assert.rejects(runner.run(batch, 0.1), { code, message });
  }
  await runner.release();
});
