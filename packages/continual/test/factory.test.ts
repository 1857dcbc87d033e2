import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeModel } from '@driftloop/onnx';
import { createLinear, createMlp, predict } from '../src/index.ts';
import { engine } from './fixtures.ts';

const base = { inputs: 3, hidden: [4], task: 'multiclass' as const, classes: 3, seed: 1 };

test('an MLP answers class probabilities', async () => {
  const model = createMlp(base);
  const { outputs, outputWidth } = await predict(engine, model, Float32Array.of(1, 2, 3, -1, 0, 5), 3);
  assert.equal(outputWidth, 3);
  for (let row = 0; row < 2; row++) {
    const sum = outputs.subarray(row * 3, row * 3 + 3).reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - 1) < 1e-6);
  }
  const { inputs, outputs: described } = describeModel(model);
  assert.deepEqual(
    inputs.map(({ name, dims }) => [name, dims]),
    [['features', ['batch', 3]]],
  );
  assert.deepEqual(
    described.map(({ name, dims }) => [name, dims]),
    [['outputs', ['batch', 3]]],
  );
});

test('a binary model has two columns, a regression one', async () => {
  const binary = await predict(
    engine,
    createMlp({ ...base, task: 'binary', classes: 2 }),
    new Float32Array(3),
    3,
  );
  assert.equal(binary.outputWidth, 2);
  const value = createLinear({
    inputs: 3,
    task: 'regression',
    classes: 0,
    labelMean: 7,
    labelStd: 2,
    seed: 1,
  });
  const { outputs, outputWidth } = await predict(engine, value, new Float32Array(3), 3);
  assert.equal(outputWidth, 1);
  assert.equal(outputs[0], 7, 'at the mean of the features a linear model answers the mean of the labels');
});

test('features are standardised, missing ones filled and constant ones ignored inside the graph', async () => {
  const mean = Float32Array.of(10, 20, 5);
  const model = createMlp({ ...base, mean, std: Float32Array.of(2, 4, 0) });
  const plain = createMlp(base);
  const ask = async (file: Uint8Array, ...row: number[]) =>
    Array.from((await predict(engine, file, Float32Array.from(row), 3)).outputs);
  assert.deepEqual(await ask(model, 12, 16, 5), await ask(plain, 1, -1, 0));
  assert.deepEqual(await ask(model, Number.NaN, 16, 5), await ask(model, 10, 16, 5));
  assert.deepEqual(await ask(model, 12, 16, 1e6), await ask(model, 12, 16, 5));
  assert.deepEqual(await ask(model, 1e9, 16, 5), await ask(model, 10 + 6 * 2, 16, 5), 'outliers are cut off');
});

test('the same seed gives the same file, another seed another', () => {
  assert.deepEqual(createMlp(base), createMlp(base));
  assert.notDeepEqual(createMlp(base), createMlp({ ...base, seed: 2 }));
});

test('many rows are answered in chunks, in order', async () => {
  const rows = 9001;
  const features = Float32Array.from({ length: rows * 3 }, (_, i) => Math.sin(i));
  const all = await predict(engine, createMlp(base), features, 3);
  assert.equal(all.outputs.length, rows * 3);
  const last = await predict(engine, createMlp(base), features.subarray((rows - 1) * 3), 3);
  assert.deepEqual(Array.from(all.outputs.subarray((rows - 1) * 3)), Array.from(last.outputs));
});
