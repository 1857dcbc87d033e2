import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { describeModel, float32Tensor, GraphBuilder, parseModel, serializeModel } from '@driftloop/onnx';
import { findHead, importModel } from '../../src/index.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import { buildTrainingStep } from '../../src/step/build-training-step.ts';
import type { Loss } from '../../src/training-options.ts';
import { generator, mlp, randomArray, takingRows } from '../small-models.ts';

const FOLDER = new URL('models/', import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.slice(0, -5));
const REGRESSIONS = new Set(['pytorch-regressor', 'sklearn-mlp-regressor', 'sklearn-linear']);
const engine = createOrtEngine();

/** Runs a model the way it is served: rows of features in, its one output out. */
async function serve(model: Uint8Array, features: Float32Array, rows: number): Promise<Float32Array> {
  const { inputs, outputs } = describeModel(model);
  assert.equal(inputs.length, 1);
  assert.equal(outputs.length, 1);
  const session = await engine.load(model);
  const dims = [rows, features.length / rows];
  const result = await session.run({ [inputs[0]?.name ?? '']: { type: 'float32', dims, data: features } });
  await session.release();
  const output = result[outputs[0]?.name ?? ''];
  assert.ok(output?.type === 'float32');
  return output.data;
}

/** Rows whose labels follow from them, the same for every run. */
function learnable(rows: number, width: number, classes: number) {
  const next = generator(5);
  const direction = Float32Array.from({ length: width }, () => next());
  const features = Float32Array.from({ length: rows * width }, () => 2 * next());
  const scores = Float32Array.from({ length: rows }, (_, row) =>
    direction.reduce((sum, weight, i) => sum + weight * (features[row * width + i] ?? 0), 0),
  );
  const cuts = [...scores]
    .sort((a, b) => a - b)
    .filter((_, i) => i > 0 && i % Math.ceil(rows / classes) === 0);
  const labels = classes === 1 ? scores : scores.map((score) => cuts.filter((cut) => score >= cut).length);
  return { rows, features, labels };
}

function lossFor(name: string, model: Uint8Array): Loss {
  if (REGRESSIONS.has(name)) return 'squaredError';
  return findHead(parseModel(model)).activation === 'sigmoid' ? 'sigmoidCrossEntropy' : 'softmaxCrossEntropy';
}

/** What is served, from the training graph's logits. */
function answersOf(logits: Float32Array, width: number, activation: string): Float32Array {
  if (activation === 'none') return logits;
  if (activation === 'sigmoid') return logits.map((z) => 1 / (1 + Math.exp(-z)));
  return logits.map((_, i) => {
    const row = logits.subarray(i - (i % width), i - (i % width) + width);
    const largest = Math.max(...row);
    const sum = row.reduce((total, z) => total + Math.exp(z - largest), 0);
    return Math.exp((logits[i] ?? 0) - largest) / sum;
  });
}

function assertClose(actual: Float32Array, expected: ArrayLike<number>, tolerance: number, what: string) {
  assert.equal(actual.length, expected.length, what);
  actual.forEach((value, i) => {
    const error = Math.abs(value - (expected[i] ?? Number.NaN)) / (1 + Math.abs(expected[i] ?? 0));
    assert.ok(error <= tolerance, `${what}, number ${i}: ${value} instead of ${expected[i]}`);
  });
}

for (const name of NAMES) {
  const file = readFileSync(new URL(`${name}.onnx`, FOLDER));
  const expected: { rows: number[][]; answers: number[][] } = JSON.parse(
    readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'),
  );

  test(`${name}: answers as its framework, trains, and is served as it was trained`, async () => {
    const { model } = importModel(takingRows(file, expected.rows[0]?.length ?? 0));
    const answers = expected.answers.flat();
    const rows = expected.rows.length;
    assertClose(await serve(model, Float32Array.from(expected.rows.flat()), rows), answers, 1e-5, 'answer');

    const loss = lossFor(name, model);
    const runner = await createStepRunner({ engine, model, loss, optimizer: { kind: 'adam' } });
    try {
      const width = expected.rows[0]?.length ?? 0;
      const outputs = runner.outputWidth;
      const data = learnable(64, width, loss === 'squaredError' ? 1 : Math.max(2, outputs));
      const before = (await runner.gradients(data)).loss;
      for (let step = 0; step < 200; step++) await runner.run(data, 0.02);
      const { loss: after, logits } = await runner.gradients(data);
      assert.ok(after < 0.6 * before, `the loss went from ${before} to ${after}`);

      const trained = await runner.model();
      const { activation } = findHead(parseModel(trained));
      const served = await serve(trained, data.features, data.rows);
      assertClose(
        served,
        answersOf(logits, outputs, loss === 'squaredError' ? 'none' : activation),
        1e-5,
        'served',
      );
    } finally {
      await runner.release();
    }
  });
}

test('logits become probabilities where the model is said to be a classifier', async () => {
  const file = readFileSync(new URL('pytorch-cnn.onnx', FOLDER));
  const { model } = importModel(takingRows(file, 64), { classifier: true });
  assert.equal(findHead(parseModel(model)).activation, 'softmax');
  const served = await serve(model, learnable(4, 64, 3).features, 4);
  for (let row = 0; row < 4; row++) {
    const sum = served.subarray(3 * row, 3 * row + 3).reduce((total, p) => total + p, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5);
  }
});

test('a file that is ready is returned as it is, and class labels are told', () => {
  const file = mlp({ sizes: [4, 3, 2], hidden: 'Relu', head: 'Softmax' });
  const { model, changes } = importModel(file, { classifier: true });
  assert.equal(model, file);
  assert.deepEqual(changes, []);
  const named = importModel(readFileSync(new URL('sklearn-logistic-names.onnx', FOLDER)));
  assert.deepEqual(named.classes, ['no', 'yes']);
});

test('a model of trees is imported for serving; training names the node that has no gradient', () => {
  const { model } = importModel(readFileSync(new URL('trees/sklearn-forest.onnx', import.meta.url)));
  assert.throws(
    () => buildTrainingStep(model, { loss: 'softmaxCrossEntropy', optimizer: { kind: 'sgd' } }),
    /TreeEnsembleClassifier/,
  );
});

test('on request an operator without a gradient freezes what is before it, in all versions', async () => {
  const builder = new GraphBuilder({ name: 'summed' });
  const weight = (name: string, ...dims: [number, number]) =>
    builder.initializer(float32Tensor(name, dims, randomArray(dims[0] * dims[1], dims[1])));
  builder.input('x', 'float32', ['batch', 4]);
  const hidden = builder.node('Gemm', ['x', weight('before', 4, 5)]);
  const summed = builder.node('CumSum', [hidden, builder.int(1)]);
  builder.output(builder.node('Softmax', [builder.node('Gemm', [summed, weight('behind', 5, 3)])]));
  const file = serializeModel(builder.build());
  const options = { loss: 'softmaxCrossEntropy', optimizer: { kind: 'sgd' } } as const;
  assert.throws(() => buildTrainingStep(importModel(file).model, options), /CumSum.*has no gradient/);

  const { model } = importModel(file, { freezeUnsupported: true });
  const runner = await createStepRunner({ engine, model, ...options });
  assert.deepEqual(runner.frozen, ['before']);
  const data = learnable(32, 4, 3);
  const before = (await runner.gradients(data)).loss;
  for (let step = 0; step < 50; step++) await runner.run(data, 0.02);
  assert.ok((await runner.gradients(data)).loss < before);
  assert.deepEqual(buildTrainingStep(await runner.model(), options).frozen, ['before']);
  await runner.release();
});
