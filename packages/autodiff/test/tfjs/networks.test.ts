import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { createOrtEngine } from '@driftloop/engine-ort';
import { createTfjsEngine } from '@driftloop/engine-tfjs';
import { createStepRunner, type Engine, importModel } from '../../src/index.ts';
import { clusters, takingRows } from '../small-models.ts';

const FOLDER = new URL('../imported/models/', import.meta.url);
/** Networks of all exporters; one-against-rest needs ScatterElements, which is not here. */
const NAMES = readdirSync(FOLDER).filter(
  (file) => /^(keras|pytorch|sklearn-mlp).*\.onnx$/.test(file) && !file.includes('binary'),
);

/** Losses of ten steps and the logits after them. */
async function train(engine: Engine, model: Uint8Array, width: number, isRegression: boolean) {
  const runner = await createStepRunner({
    engine,
    model,
    loss: isRegression ? 'squaredError' : 'softmaxCrossEntropy',
    optimizer: { kind: 'adam', epsilon: 1e-3 },
  });
  const data = clusters(24, width, 3, 2);
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) losses.push((await runner.run(data, 0.01)).loss);
  const logits = await runner.logits(data.features, data.rows);
  await runner.release();
  return [...losses, ...logits];
}

for (const file of NAMES) {
  test(`${file} trains on TensorFlow.js as on ONNX Runtime`, async () => {
    const { rows } = JSON.parse(readFileSync(new URL(file.replace('.onnx', '.json'), FOLDER), 'utf8'));
    const { model } = importModel(takingRows(readFileSync(new URL(file, FOLDER)), rows[0].length));
    const isRegression = file.includes('regressor');
    const expected = await train(createOrtEngine(), model, rows[0].length, isRegression);
    for (const backend of ['cpu', 'wasm'] as const) {
      const actual = await train(await createTfjsEngine({ backend }), model, rows[0].length, isRegression);
      expected.forEach((value, i) => {
        const error = Math.abs(value - (actual[i] ?? Number.NaN)) / (1 + Math.abs(value));
        assert.ok(error < 1e-4, `${backend}, number ${i}: ${actual[i]} instead of ${value}`);
      });
    }
  });
}
