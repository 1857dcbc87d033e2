import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { runPolicy } from '../../src/loop/policies.ts';
import { specOf } from '../../src/loop/spec-of.ts';
import { readKnownStream } from '../../src/loop/stream.ts';

const ROWS = 3000;

/** Two features; from the middle on the other class is right. */
function turning(): LabelledRows {
  const random = createRandom(3);
  const features = Float32Array.from({ length: 2 * ROWS }, () => random.normal());
  const labels = Float32Array.from({ length: ROWS }, (_, row) =>
    Number(features[2 * row]! > 0 !== row >= ROWS / 2),
  );
  const weights = new Float32Array(ROWS).fill(1);
  return {
    rows: ROWS,
    width: 2,
    features,
    labels,
    weights,
    eventTimes: Float64Array.from(labels, (_, row) => row),
  };
}

test('a model that is refitted follows a change once its labels are there; one that is left alone does not', async () => {
  const options = {
    engine: createOrtEngine({ threads: 1 }),
    spec: specOf({ name: 'turning', data: turning(), featureNames: ['a', 'b'], classes: 2 }),
    data: turning(),
    trainingRows: 300,
    labelDelayRows: 100,
    chunkSize: 64,
    seed: 1,
  };
  const frozen = await runPolicy(options, { name: 'frozen' });
  const newest = await runPolicy(options, { name: 'newest', everyRows: 200, newestRows: 200 });
  assert.ok(frozen > 0.4 && frozen < 0.5, `${frozen}: right before the change, wrong after it`);
  // Wrong until labels of 200 rows after the change are there, so for about 400 of 2,700 rows.
  assert.ok(newest > 0.8 && newest < 0.93, `${newest}`);
});

for (const [name, rows, width, classes] of [
  ['weather', 18_159, 8, 2],
  ['cover', 30_000, 54, 7],
] as const) {
  test(`${name} is whole: ${rows} rows, ${width} features, ${classes} classes`, async () => {
    const stream = await readKnownStream(name);
    assert.deepEqual([stream.data.rows, stream.featureNames.length, stream.classes], [rows, width, classes]);
  });
}
