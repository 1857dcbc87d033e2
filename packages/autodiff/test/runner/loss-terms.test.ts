import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import type { StepRunner, TrainingBatch } from '../../src/runner/step-runner.ts';
import type { Loss } from '../../src/training-options.ts';
import { mlp, randomArray } from '../small-models.ts';

const rows = 7;
const width = 5;

interface Case {
  readonly loss: Loss;
  readonly head: 'Softmax' | 'Sigmoid' | 'none';
  readonly outputs: number;
}

const CASES: readonly Case[] = [
  { loss: 'softmaxCrossEntropy', head: 'Softmax', outputs: 3 },
  { loss: 'softmaxCrossEntropy', head: 'none', outputs: 3 },
  { loss: 'sigmoidCrossEntropy', head: 'Sigmoid', outputs: 2 },
  { loss: 'sigmoidCrossEntropy', head: 'Sigmoid', outputs: 1 },
  { loss: 'squaredError', head: 'none', outputs: 2 },
  { loss: 'squaredError', head: 'Softmax', outputs: 3 },
  { loss: { kind: 'huber', delta: 0.4 }, head: 'none', outputs: 2 },
];

/** A batch in which every loss takes part, each with its own weights. */
function fullBatch({ loss, outputs }: Case): TrainingBatch {
  const positive = (seed: number) => randomArray(rows, seed).map((value) => Math.abs(value) / rows);
  const isClassifier = loss === 'softmaxCrossEntropy';
  const labels = isClassifier
    ? Float32Array.from({ length: rows }, (_, row) => row % outputs)
    : randomArray(rows * outputs, 3).map((value) => (value + 1) / 2);
  return {
    rows,
    features: randomArray(rows * width, 1),
    labels,
    weights: positive(2),
    teacher: { logits: randomArray(rows * outputs, 4, 2), weights: positive(5) },
    remembered: { logits: randomArray(rows * outputs, 6, 2), weights: positive(7) },
    logitOffsets: randomArray(rows * outputs, 8),
    penaltyScale: 0.7,
  };
}

async function fullRunner({ loss, head, outputs }: Case): Promise<StepRunner> {
  const runner = await createStepRunner({
    engine: createOrtEngine(),
    model: mlp({ sizes: [width, 4, outputs], hidden: 'Tanh', head }),
    loss,
    optimizer: { kind: 'sgd' },
    distillation: { temperature: 2.5 },
    matching: true,
    logitOffsets: true,
    penalty: true,
  });
  const tensor = (size: number, seed: number) => randomArray(size, seed);
  runner.setPenalty(
    new Map(
      runner.parameters.map(({ name, dims }, i) => {
        const size = dims.reduce((count, dim) => count * dim, 1);
        return [name, { anchor: tensor(size, 20 + i), importance: tensor(size, 40 + i).map(Math.abs) }];
      }),
    ),
  );
  return runner;
}

for (const item of CASES) {
  const name = typeof item.loss === 'string' ? item.loss : item.loss.kind;
  test(`all terms together have the gradients that differences show: ${name}, ${item.head}, ${item.outputs}`, async () => {
    const runner = await fullRunner(item);
    const batch = fullBatch(item);
    const { gradients } = await runner.gradients(batch);
    const values = await runner.values();
    for (const [parameter, gradient] of gradients) {
      const data = values.get(parameter) ?? new Float32Array();
      for (const index of [0, Math.floor(gradient.length / 2), gradient.length - 1]) {
        const lossAt = async (offset: number) => {
          const moved = data.slice();
          moved[index] = (data[index] ?? 0) + offset;
          runner.setValues(new Map([[parameter, moved]]));
          return (await runner.gradients(batch)).loss;
        };
        const difference = async (step: number) =>
          ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        const expected = (4 * (await difference(0.01)) - (await difference(0.02))) / 3;
        runner.setValues(values);
        const actual = gradient[index] ?? Number.NaN;
        const error = Math.abs(actual - expected) / (1 + Math.abs(expected));
        assert.ok(error < 1e-3, `d/d${parameter}[${index}] is ${actual}, differences say ${expected}`);
      }
    }
    await runner.release();
  });
}

test('distillation is T² times the cross-entropy of the softened distributions', async () => {
  const runner = await fullRunner({ loss: 'softmaxCrossEntropy', head: 'Softmax', outputs: 3 });
  const features = randomArray(width, 1);
  const teacher = Float32Array.of(1, -2, 0.5);
  const weights = Float32Array.of(1);
  const { loss, labelLoss, logits } = await runner.gradients({
    rows: 1,
    features,
    teacher: { logits: teacher, weights },
  });
  const soft = (z: Float32Array) => {
    const powers = Array.from(z, (value) => Math.exp(value / 2.5));
    const sum = powers.reduce((total, value) => total + value, 0);
    return powers.map((value) => value / sum);
  };
  const [p, q] = [soft(teacher), soft(logits)];
  const expected = -(2.5 ** 2) * p.reduce((total, value, k) => total + value * Math.log(q[k] ?? 1), 0);
  assert.ok(Math.abs(loss - expected) < 1e-5, `${loss} instead of ${expected}`);
  assert.equal(labelLoss, 0);
  await runner.release();
});

test('matching is the mean squared distance to the remembered logits', async () => {
  const runner = await fullRunner({ loss: 'softmaxCrossEntropy', head: 'Softmax', outputs: 3 });
  const logits = Float32Array.of(1, -2, 0.5);
  const batch = {
    rows: 1,
    features: randomArray(width, 1),
    remembered: { logits, weights: Float32Array.of(0.5) },
  };
  const result = await runner.gradients(batch);
  const squares = result.logits.map((value, k) => (value - (logits[k] ?? 0)) ** 2);
  const expected = (0.5 * ((squares[0] ?? 0) + (squares[1] ?? 0) + (squares[2] ?? 0))) / 3;
  assert.ok(Math.abs(result.loss - expected) < 1e-5, `${result.loss} instead of ${expected}`);
  await runner.release();
});

test('the penalty is scale/2 times the weighted squared distance to the anchors', async () => {
  const runner = await fullRunner({ loss: 'softmaxCrossEntropy', head: 'Softmax', outputs: 3 });
  const ones = (await runner.values()).get('W0')?.map((value) => value + 1) ?? new Float32Array();
  const zero = (size: number) => ({ anchor: new Float32Array(size), importance: new Float32Array(size) });
  runner.setPenalty(
    new Map(
      runner.parameters.map(({ name, dims }) => [name, zero(dims.reduce((count, dim) => count * dim, 1))]),
    ),
  );
  runner.setPenalty(new Map([['W0', { anchor: ones, importance: new Float32Array(ones.length).fill(3) }]]));
  const { loss } = await runner.gradients({ rows: 1, features: randomArray(width, 1), penaltyScale: 0.5 });
  const expected = (0.5 / 2) * 3 * ones.length;
  assert.ok(Math.abs(loss - expected) < 1e-3, `${loss} instead of ${expected}`);
  await runner.release();
});
