import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { trainingCost } from '../../src/index.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import type { TrainingOptions } from '../../src/training-options.ts';
import { graphOnly } from '../graph-only.ts';
import { clusters, mlp } from '../small-models.ts';

const model = mlp({ sizes: [20, 64, 64, 3], hidden: 'Relu', head: 'Softmax' });
const options: TrainingOptions = { loss: 'softmaxCrossEntropy', optimizer: { kind: 'adam', epsilon: 1e-3 } };
const ROWS = 2000;
const data = clusters(ROWS, 20, 3, 3);

/** Losses of ten steps, and what the run says of itself. */
async function train(engine = createOrtEngine(), maxMemoryMb?: number) {
  const runner = await createStepRunner({ engine, model, ...options, maxMemoryMb });
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) losses.push((await runner.run(data, 0.01)).loss);
  const { peakMemoryMb, microBatch } = runner;
  await runner.release();
  return { losses, peakMemoryMb, microBatch };
}

function assertSameLosses(actual: readonly number[], expected: readonly number[]) {
  actual.forEach((loss, step) => {
    const error = Math.abs(loss - (expected[step] ?? Number.NaN)) / Math.abs(expected[step] ?? 1);
    assert.ok(error < 1e-4, `step ${step}: ${loss} instead of ${expected[step]}`);
  });
}

test('with half the memory of a whole batch the losses are the same, and the peak is within the budget', async () => {
  const whole = await train();
  const needed = trainingCost(model, options, 'fused').peakBytes(ROWS) / 2 ** 20;
  assert.equal(whole.peakMemoryMb, needed);
  const half = await train(createOrtEngine(), needed / 2);
  assertSameLosses(half.losses, whole.losses);
  assert.ok(half.peakMemoryMb <= needed / 2, `${half.peakMemoryMb} of ${needed / 2} MB`);
  assert.ok(half.peakMemoryMb > needed / 5, `${half.peakMemoryMb} MB makes little use of ${needed / 2} MB`);
});

test('where the update is in the graph, what it takes there is counted', async () => {
  const whole = await train(graphOnly(createOrtEngine()));
  assert.equal(whole.peakMemoryMb, trainingCost(model, options).peakBytes(ROWS) / 2 ** 20);
});

test('a fused update holds parameters, gradients and two moments once each', () => {
  const values = 20 * 64 + 64 * 64 + 64 * 3 + 64 + 64 + 3;
  const held = trainingCost(model, options, 'fused').peakBytes(1) - 4 * 4 * values;
  assert.ok(held > 0 && held < 4 * 1000, `${held} bytes for the activations of a row`);
  assert.ok(trainingCost(model, options).peakBytes(1) > 5 * 4 * values);
  const masked = trainingCost(model, { ...options, masks: true }, 'fused').peakBytes(1);
  assert.equal(masked - trainingCost(model, options, 'fused').peakBytes(1), 4 * values);
});

test("the engine's budget holds where the run names none", async () => {
  const { losses, peakMemoryMb } = await train(createOrtEngine({ maxMemoryMb: 1.5 }));
  assertSameLosses(losses, (await train()).losses);
  assert.ok(peakMemoryMb <= 1.5);
});

test('a budget below a single row is refused with what is needed', async () => {
  await assert.rejects(train(createOrtEngine(), 0.01), /needs at least 0\.\d MB; the budget is 0\.01 MB/);
});

test('operations and bytes of a perceptron are those counted by hand', () => {
  const cost = trainingCost(model, options);
  const weights = 20 * 64 + 64 * 64 + 64 * 3;
  const biases = 64 + 64 + 3;
  assert.equal(cost.trainedValues, weights + biases);
  assert.equal(cost.stateBytes, 3 * 4 * (weights + biases));
  // Two per weight, one per bias' addition at most, activations.
  assert.ok(cost.servingFlopsPerRow >= 2 * weights && cost.servingFlopsPerRow < 2 * weights + 600);
  // Forward, gradients of the weights, gradients of all inputs but the first layer's.
  const products = 2 * (3 * weights - 20 * 64);
  assert.ok(cost.flopsPerRow >= products && cost.flopsPerRow < 1.2 * products, `${cost.flopsPerRow}`);
  // At the least the activations that the backward pass reads: two hidden layers and the input.
  assert.ok(cost.bytesPerRow >= 4 * (20 + 64 + 64) && cost.bytesPerRow < 4 * 10 * 64, `${cost.bytesPerRow}`);
});
