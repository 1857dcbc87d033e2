import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { triggeredAsOften } from '../../src/loop/policies/as-often.ts';
import { onMove } from '../../src/loop/policies/drift-trigger.ts';
import { onAvoidable, onFall } from '../../src/loop/policies/performance-triggers.ts';
import type { Look, Policy } from '../../src/loop/policies/policy.ts';
import { runPolicy } from '../../src/loop/policies/run-policy.ts';
import { everyRows } from '../../src/loop/policies/scheduled.ts';
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
  const newest = await runPolicy(options, {
    name: 'newest',
    createTrigger: everyRows(200),
    newestRows: 200,
  });
  assert.ok(
    frozen.accuracy > 0.4 && frozen.accuracy < 0.5,
    `${frozen.accuracy}: right before the change, wrong after it`,
  );
  assert.deepEqual([frozen.refits, newest.refits], [0, 13]);
  // Wrong until labels of 200 rows after the change are there, so for about 400 of 2,700 rows.
  assert.ok(newest.accuracy > 0.8 && newest.accuracy < 0.93, `${newest.accuracy}`);
});

const INPUTS = { trainingRows: 500, width: 1 };

/** The rows at which a trigger is due where so many of each 500 labelled rows are right. */
function dueAt(createTrigger: ReturnType<typeof onFall>, rights: readonly number[]): number[] {
  const trigger = createTrigger();
  const looks = rights.map((right, i): Look => ({ row: 500 * (i + 1), labelled: 500, right }));
  return looks.filter((look) => trigger.isDue(look)).map(({ row }) => row);
}

test('a trigger on accuracy goes by what models gave right after they were fitted', () => {
  // 450 of 500 are expected at first; the measure after a fit asks nothing, and counts from then
  // on.
  assert.deepEqual(dueAt(onFall(0.1), [450, 401, 399, 300, 320, 324]), [1500, 3000 - 500]);
});

test('avoidable errors add up, and better times do not pay them back', () => {
  assert.deepEqual(dueAt(onAvoidable(100), [450, 390, 500, 411, 409, 450, 370]), [2500]);
});

test('a trigger on inputs is due after they have moved, and not before', () => {
  const random = createRandom(9);
  const features = Float32Array.from({ length: 4000 }, (_, row) => random.normal() + (row < 2000 ? 0 : 2));
  const trigger = onMove(0.1)({ ...INPUTS, features });
  const due: number[] = [];
  for (let row = 600; row <= 4000; row += 100)
    if (trigger.isDue({ row, labelled: 0, right: 0 })) due.push(row);
  assert.ok(due.length === 1 || due.length === 2, due.join());
  assert.ok(
    due.every((row) => row > 2000 && row <= 2600),
    due.join(),
  );
});

/** How often a trigger is due while each 500 rows have five right answers fewer; drift apart. */
function fitsOf({ name, createTrigger }: Policy): number {
  if (name.includes('inputs')) return 7;
  const trigger = createTrigger?.({ ...INPUTS, features: new Float32Array(0) });
  const looks = Array.from({ length: 60 }, (_, i) => ({ row: 500 * i, labelled: 500, right: 450 - 5 * i }));
  return looks.filter((look) => trigger?.isDue(look)).length;
}

test('thresholds are found at which triggers fit about as often as is asked', async () => {
  const found = await triggeredAsOften(7, async (policy) => fitsOf(policy));
  assert.equal(new Set(found.map(({ name }) => name)).size, 3);
  for (const policy of found)
    assert.ok(Math.abs(fitsOf(policy) - 7) <= 1, `${policy.name}: ${fitsOf(policy)}`);
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
