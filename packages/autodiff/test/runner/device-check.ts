import assert from 'node:assert/strict';
import { createOrtEngine } from '@driftloop/engine-ort';
import type { Engine } from '../../src/engine.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import { clusters, mlp, randomArray } from '../small-models.ts';

/**
 * Uses everything that keeps state on a device, and returns the parameters and logits that it ends
 * with.
 */
async function exercise(engine: Engine): Promise<Float32Array> {
  const data = clusters(60, 6, 3, 1);
  const runner = await createStepRunner({
    engine,
    model: mlp({ sizes: [6, 8, 3], hidden: 'Relu', head: 'Softmax' }),
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'adam', epsilon: 1e-3 },
    clipNorm: 0.5,
    penalty: true,
    masks: true,
    microBatch: 40,
  });
  runner.setPenalty(
    new Map([['W0', { anchor: randomArray(48, 4), importance: randomArray(48, 5).map(Math.abs) }]]),
  );
  runner.setMasks(new Map([['b0', Float32Array.of(1, 0, 1, 0, 1, 0, 1, 0)]]));
  const half = { rows: 30, features: data.features.subarray(0, 180), labels: data.labels.subarray(0, 30) };
  for (let step = 0; step < 5; step++) {
    await runner.run({ ...half, penaltyScale: 0.1 }, 0.01);
    await runner.run({ ...data, penaltyScale: 0.1 }, 0.01);
  }
  const { gradients } = await runner.gradients(data);
  await runner.apply(gradients, 0.01);
  const snapshot = await runner.snapshot();
  await runner.run(data, 0.01);
  runner.restore(snapshot);
  await runner.run(data, 0.01);
  const values = [...(await runner.values()).values(), await runner.logits(data.features, data.rows)];
  await runner.release();
  return Float32Array.from(values.flatMap((list) => [...list]));
}

/**
 * Compares an engine with the CPU on whole steps, micro-batches, gradients, snapshots and logits.
 */
export async function checkDevice(engine: Engine): Promise<void> {
  const expected = await exercise(createOrtEngine({ device: 'cpu' }));
  const actual = await exercise(engine);
  expected.forEach((value, i) => {
    assert.ok(
      Math.abs(value - (actual[i] ?? Number.NaN)) < 1e-5,
      `value ${i}: ${actual[i]} instead of ${value}`,
    );
  });
}
