import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { graphOf, parseModel, tensorToFloat32 } from '@driftloop/onnx';
import { allocateRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import {
  addAdapters,
  createCategorical,
  createCnn,
  createMlp,
  createModel,
  emptyMemory,
  type ModelDesign,
  predict,
  train,
} from '../../src/index.ts';
import { engine, lineStream, specOf } from '../fixtures.ts';

/**
 * Series or images whose class is the half in which a bump lies, at a random place and on a level
 * of 100.
 */
function bumps(rows: number, width: number, seed: number): LabelledRows {
  const random = createRandom(seed);
  const data = allocateRows(rows, width);
  for (let row = 0; row < rows; row++) {
    const at = random.integer(width);
    for (let i = 0; i < width; i++) data.features[row * width + i] = 100 + 0.3 * random.normal();
    data.features[row * width + at]! += 5;
    data.labels[row] = at < width / 2 ? 0 : 1;
    data.eventTimes[row] = row;
  }
  return data;
}

/**
 * A number, a category of 3 and one of 12; the class is the parity of the larger category, turned
 * over by the smaller one being 2.
 */
function categories(rows: number, seed: number): LabelledRows {
  const random = createRandom(seed);
  const data = allocateRows(rows, 3);
  for (let row = 0; row < rows; row++) {
    const few = random.integer(3);
    const many = random.integer(12);
    data.features.set([50 + random.normal(), few, many], row * 3);
    data.labels[row] = (many + Number(few === 2)) % 2;
    data.eventTimes[row] = row;
  }
  return data;
}

const common = { task: 'binary' as const, classes: 2, seed: 3 };
const mlp = createMlp({ ...common, inputs: 2, hidden: [16] });
const designs: { name: string; design: ModelDesign; training: LabelledRows; fresh: LabelledRows }[] = [
  {
    name: 'a 1-D CNN',
    design: { ...common, kind: 'cnn', shape: [16], filters: [4] },
    training: bumps(600, 16, 1),
    fresh: bumps(300, 16, 2),
  },
  {
    name: 'a 2-D CNN',
    design: { ...common, kind: 'cnn', shape: [6, 6], filters: [4, 8], hidden: [] },
    training: bumps(600, 36, 1),
    fresh: bumps(300, 36, 2),
  },
  {
    name: 'an MLP over categories',
    design: { ...common, kind: 'categories', inputs: 3, categories: [0, 3, 12] },
    training: categories(600, 1),
    fresh: categories(300, 2),
  },
  {
    name: 'adapters on a frozen base',
    design: { kind: 'adapters', base: mlp, seed: 4 },
    training: lineStream(600, 0.4, 1),
    fresh: lineStream(300, 0.4, 2),
  },
];

for (const { name, design, training, fresh } of designs) {
  test(`${name} is trained from raw features and served with the same numbers`, async () => {
    const { width } = training;
    const untrained = createModel(design);
    const trained = await train({
      engine,
      model: untrained,
      spec: specOf('binary', 2, width),
      data: training,
      memory: emptyMemory(width, 50),
      strategy: 'naive',
      budget: { maxSeconds: 120, maxSteps: 10_000 },
      seed: 7,
      now: () => 0,
      recipe: {
        epochs: 30,
        batchSize: 32,
        learningRate: 0.01,
        halfLifeRows: 0,
        optimizer: { kind: 'adam' },
      },
    });
    const served = await predict(engine, trained.model, fresh.features, width);
    assert.ok(accuracyOf(served.outputs, fresh) > 0.93, `${accuracyOf(served.outputs, fresh)}`);
    // One row at a time in another session, as a consumer may ask, gives the same numbers.
    const alone = createOrtEngine({ device: 'cpu', threads: 1 });
    for (let row = 0; row < 5; row++) {
      const one = await predict(
        alone,
        trained.model,
        fresh.features.subarray(row * width, (row + 1) * width),
        width,
      );
      one.outputs.forEach((value, k) => {
        assert.ok(Math.abs(value - served.outputs[2 * row + k]!) < 1e-6);
      });
    }
  });
}

function accuracyOf(outputs: Float32Array, data: LabelledRows): number {
  let right = 0;
  for (let row = 0; row < data.rows; row++)
    if (Number(outputs[2 * row + 1]! > outputs[2 * row]!) === data.labels[row]) right++;
  return right / data.rows;
}

test('adapters answer as their base at first, and training leaves the base as it is', async () => {
  const data = lineStream(200, 0.4, 1);
  const model = addAdapters(mlp, { seed: 4 });
  const before = await predict(engine, mlp, data.features, 2);
  const after = await predict(engine, model, data.features, 2);
  assert.deepEqual(Array.from(after.outputs), Array.from(before.outputs));
  const trained = await train({
    engine,
    model,
    spec: specOf('binary', 2, 2),
    data,
    memory: emptyMemory(2, 50),
    strategy: 'naive',
    budget: { maxSeconds: 60, maxSteps: 50 },
    seed: 7,
    now: () => 0,
  });
  const values = (file: Uint8Array) =>
    new Map(graphOf(parseModel(file)).initializer.map((tensor) => [tensor.name, tensor]));
  const [was, is] = [values(model), values(trained.model)];
  let frozen = 0;
  for (const [name, tensor] of was) {
    const same = Buffer.from(tensorToFloat32Bytes(tensor)).equals(
      Buffer.from(tensorToFloat32Bytes(is.get(name)!)),
    );
    if (name.startsWith('frozen/')) {
      frozen++;
      assert.ok(same, `${name} was trained`);
    } else if (/^(adapter|output)/.test(name)) assert.ok(!same, `${name} was not trained`);
  }
  assert.equal(frozen, 2);
  assert.throws(() => addAdapters(model, { seed: 1 }), { code: 'SPEC_INVALID' });
});

function tensorToFloat32Bytes(tensor: Parameters<typeof tensorToFloat32>[0]): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensorToFloat32(tensor);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

test('an unknown or missing category is an answer, not a crash, and not another category', async () => {
  const model = createCategorical({ ...common, inputs: 3, categories: [0, 3, 12] });
  const ask = async (...row: number[]) =>
    Array.from((await predict(engine, model, Float32Array.from(row), 3)).outputs);
  const unknown = await ask(0, 1, 99);
  assert.deepEqual(unknown, await ask(0, 1, Number.NaN));
  assert.deepEqual(unknown, await ask(0, 1, -1));
  assert.notDeepEqual(unknown, await ask(0, 1, 11));
  assert.deepEqual(await ask(0, 7, 4), await ask(0, Number.NaN, 4));
  assert.notDeepEqual(await ask(0, 7, 4), await ask(0, 2, 4));
});

test('codes beyond the categories of a feature without names share a place with a smaller one', async () => {
  const model = createCategorical({ ...common, inputs: 1, categories: [4], wrapped: [0], oneHotUpTo: 4 });
  const ask = async (code: number) =>
    Array.from((await predict(engine, model, Float32Array.of(code), 1)).outputs);
  assert.deepEqual(await ask(7), await ask(3));
  assert.deepEqual(await ask(4), await ask(0));
  assert.notDeepEqual(await ask(3), await ask(0));
  assert.deepEqual(await ask(-1), await ask(Number.NaN));
  assert.notDeepEqual(await ask(-1), await ask(0));
});

test('a CNN whose shape is halved away, or with an even kernel, is refused', () => {
  assert.throws(() => createCnn({ ...common, shape: [3], filters: [4, 4] }), {
    code: 'SPEC_INVALID',
    message: /\[3\]/,
  });
  assert.throws(() => createCnn({ ...common, shape: [8], kernel: 2 }), {
    code: 'SPEC_INVALID',
    message: /odd/,
  });
});
