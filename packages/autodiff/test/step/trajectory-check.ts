import assert from 'node:assert/strict';
import { parseModel, tensorToFloat32 } from '@driftloop/onnx';
import type { Engine } from '../../src/engine.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import type { Optimizer } from '../../src/training-options.ts';
import { clusters, type MlpShape, mlp, randomArray } from '../small-models.ts';
import {
  lossAndGradients,
  type ReferenceLayer,
  type ReferenceLoss,
  referenceOptimizer,
} from './reference.ts';

export interface Trajectory {
  readonly shape: MlpShape;
  readonly loss: ReferenceLoss;
  readonly optimizer: Optimizer;
  readonly clipNorm?: number;
  readonly learningRate: number;
}

const STEPS = 50;
const BATCH = 32;

/** Trains on an engine and in float64 side by side and compares the 50 losses, to 1e-5 relative. */
export async function checkTrajectory(
  engine: Engine,
  { shape, loss, optimizer, clipNorm, learningRate }: Trajectory,
) {
  const model = mlp(shape);
  const width = shape.sizes[0] ?? 1;
  const outputs = shape.sizes.at(-1) ?? 1;
  const rows = BATCH * 5;
  const data = clusters(rows, width, Math.max(2, outputs), 7);
  const targets =
    loss === 'squaredError' ? randomArray(rows * outputs, 8) : oneHot(data.labels, rows, outputs);

  const initial = new Map(
    (parseModel(model).graph?.initializer ?? []).map((t) => [t.name, tensorToFloat32(t)]),
  );
  const layers: ReferenceLayer[] = shape.sizes.slice(0, -1).map((from, l) => ({
    from,
    to: shape.sizes[l + 1] ?? 1,
    weights: Float64Array.from(initial.get(`W${l}`) ?? []),
    bias: Float64Array.from(initial.get(`b${l}`) ?? []),
  }));
  const update = referenceOptimizer(optimizer, clipNorm);

  const runner = await createStepRunner({ engine, model, loss, optimizer, clipNorm });
  try {
    for (let step = 0; step < STEPS; step++) {
      const from = (step % 5) * BATCH;
      const features = data.features.subarray(from * width, (from + BATCH) * width);
      const labels = targets.subarray(from * outputs, (from + BATCH) * outputs);
      const actual = (await runner.run({ rows: BATCH, features, labels }, learningRate)).loss;
      const expected = lossAndGradients(layers, shape.hidden, loss, features, labels, BATCH);
      update(
        layers.flatMap((layer) => [layer.weights, layer.bias]),
        expected.gradients.flatMap((gradient) => [gradient.weights, gradient.bias]),
        learningRate,
      );
      const error = Math.abs(actual - expected.loss) / Math.abs(expected.loss);
      assert.ok(error <= 1e-5, `step ${step}: loss ${actual}, reference ${expected.loss}, apart by ${error}`);
    }
  } finally {
    await runner.release();
  }
}

function oneHot(labels: Float32Array, rows: number, width: number): Float32Array {
  if (width === 1) return labels.map((label) => Math.min(label, 1));
  const targets = new Float32Array(rows * width);
  labels.forEach((label, row) => {
    targets[row * width + label] = 1;
  });
  return targets;
}
