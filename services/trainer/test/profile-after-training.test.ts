import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildReferenceProfile, createDataSketch, decodeVector, encodeVector } from '@driftloop/drift';
import { createOrtEngine } from '@driftloop/engine-ort';
import { executeJob } from '../src/run/execute.ts';
import { jobOf, rowsOf } from './fixtures/job.ts';

test('a profile that is made after training tells a column of zeros from anything else', async () => {
  // ONNX Runtime has denormal numbers count as 0 in the thread that trains, from then on.
  const data = rowsOf(600, 4);
  for (let row = 0; row < data.rows; row++) data.features[4 * row + 2] = 0;
  await executeJob(createOrtEngine({ threads: 1 }), jobOf(data, { maxSteps: 20 }), {
    now: () => performance.now(),
    freshRows: async () => undefined,
    onProgress: () => {},
    onWarning: () => {},
  });
  assert.equal(Math.fround(1e-45) * 1, 0, 'denormal numbers count as 0');

  const outputs = new Float32Array(2 * data.rows).fill(0.5);
  const { layout } = buildReferenceProfile({ spec: jobOf(data).spec, data, heldOut: { data, outputs } });
  const vectorOf = (value: number) => {
    const sketch = createDataSketch(layout);
    sketch.add(Float32Array.of(0, 0, value, 0));
    return encodeVector(sketch.vector());
  };
  assert.deepEqual(encodeVector(decodeVector(vectorOf(0))), vectorOf(0));
  assert.notDeepEqual(vectorOf(0), vectorOf(1));
});
