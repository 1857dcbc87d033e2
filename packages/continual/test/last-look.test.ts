import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import type { LabelledRows } from '@driftloop/spec';
import { createLinear } from '../src/factory/mlp.ts';
import { predict } from '../src/predict.ts';
import { lookAgain } from '../src/retrain/last-look.ts';

const engine = createOrtEngine();
const model = (seed: number) => createLinear({ inputs: 3, task: 'binary', classes: 2, seed });

/** Rows that are labelled as a model answers them, except every tenth. */
async function labelledBy(teacher: Uint8Array, rows: number): Promise<LabelledRows> {
  const features = Float32Array.from({ length: 3 * rows }, (_, i) => Math.sin(12.9 * i));
  const { outputs } = await predict(engine, teacher, features, 3);
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const answer = outputs[2 * row + 1]! > 0.5 ? 1 : 0;
    return row % 10 === 0 ? 1 - answer : answer;
  });
  const eventTimes = Float64Array.from({ length: rows }, (_, row) => row);
  return { rows, width: 3, features, labels, weights: new Float32Array(rows).fill(1), eventTimes };
}

const [candidate, live, shadow, forgotten] = [model(1), model(2), model(3), model(4)];
const earlier = [
  { version: 1, model: shadow },
  { version: 2, model: forgotten },
];

function look(fresh: LabelledRows, current = live) {
  const rollout = { canaryShare: 0, shadowVersions: [1] };
  const spec = { task: 'binary' as const, rollout };
  return lookAgain({ engine, spec, candidate, live: { version: 5, model: current }, earlier, fresh });
}

test('a candidate that does best on the rows that came meanwhile stands', async () => {
  assert.equal(await look(await labelledBy(candidate, 300)), undefined);
});

test('the live version or the one in shadow that does better is named with both figures', async () => {
  for (const rival of [{ version: 5, model: live }, earlier[0]!]) {
    const overruled = await look(await labelledBy(rival.model, 300));
    assert.equal(overruled?.version, rival.version);
    assert.match(overruled.reason, new RegExp(`on 300 rows .* version ${rival.version} 90\\.0 %`));
  }
});

test('a version that no spec has answer in shadow is not asked', async () => {
  assert.notEqual((await look(await labelledBy(forgotten, 300)))?.version, 2);
});

test('an equal is no reason, and few rows are none either', async () => {
  assert.notEqual((await look(await labelledBy(candidate, 300), candidate))?.version, 5);
  assert.equal(await look(await labelledBy(live, 199)), undefined);
});

test('of values the higher share of explained variance decides, and both are told', async () => {
  const [candidate, live, shadow] = [1, 2, 3].map((seed) =>
    createLinear({ inputs: 3, task: 'regression', classes: 0, seed }),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const valuesOf = async (teacher: Uint8Array): Promise<LabelledRows> => {
    const rows = await labelledBy(model(1), 300);
    const { outputs } = await predict(engine, teacher, rows.features, 3);
    return { ...rows, labels: outputs.map((value, row) => value + (row % 10 === 0 ? 0.1 : 0)) };
  };
  const lookAt = async (teacher: Uint8Array) =>
    lookAgain({
      engine,
      spec: { task: 'regression', rollout: { canaryShare: 0, shadowVersions: [1] } },
      candidate,
      live: { version: 5, model: live },
      earlier: [{ version: 1, model: shadow }],
      fresh: await valuesOf(teacher),
    });
  assert.equal(await lookAt(candidate), undefined);
  for (const [version, teacher] of [
    [5, live],
    [1, shadow],
  ] as const) {
    const overruled = await lookAt(teacher);
    assert.equal(overruled?.version, version);
    assert.match(
      overruled.reason,
      new RegExp(`it reaches R² -?\\d\\.\\d{3}, version ${version} 0\\.9\\d\\d$`),
    );
  }
});
