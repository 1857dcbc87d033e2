import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allocateRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { scoreAnswers } from '../../src/gate/scores.ts';
import { designsOf, predict, trainFirst } from '../../src/index.ts';
import { engine, specOf } from '../fixtures.ts';
import { type Rows, rowsOf, streamOf, type Task } from '../gate/candidates.ts';

const TURNED = Math.PI / 2;

function firstOf(task: Task, data: LabelledRows, hidden?: readonly number[]) {
  const spec = specOf(task, task === 'binary' ? 2 : 0, data.width);
  const designs = designsOf('mlp', spec, 1, hidden);
  return trainFirst({ engine, spec, data, designs, strategy: 'naive', seed: 1, now: () => 0 });
}

for (const task of ['binary', 'regression'] as const) {
  describe(task, () => {
    test('it is fitted on all rows and comes with what the same recipe said of the newest fifth', async () => {
      const data = streamOf(task, { rows: 1500, seed: 1 });
      const first = await firstOf(task, data);
      const rows = rowsOf(task, { rows: 500, seed: 99 });
      const { outputs } = await predict(engine, first.model, rows.features, 2);
      assert.ok(scoreAnswers(outputs, rows, task).accuracy > 0.75);
      assert.deepEqual(first.judged.rows.eventTimes, data.eventTimes.subarray(1200));
      assert.ok(scoreAnswers(first.judged.outputs, first.judged.rows, task).accuracy > 0.7);
      assert.equal(first.memory.seen, 1500);
    });

    test('rows count alike where nothing changes, and where what changes comes back', async () => {
      const steady = await firstOf(task, streamOf(task, { rows: 2400, seed: 3 }));
      assert.equal(steady.metrics.halfLifeRows, 0);
      const there = (seed: number): Rows => ({ rows: 600, seed, angle: TURNED });
      const here = (seed: number): Rows => ({ rows: 600, seed });
      const wandering = await firstOf(task, streamOf(task, here(1), there(2), here(3), there(4)));
      assert.equal(wandering.metrics.halfLifeRows, 0);
    });

    test('the past is discounted where it has been over for long', async () => {
      const changed = streamOf(task, { rows: 900, seed: 1 }, { rows: 2100, seed: 2, angle: TURNED });
      const first = await firstOf(task, changed);
      assert.equal(first.metrics.halfLifeRows, 500);
    });
  });
}

/** A board of squares, as wide as many hidden units can follow. */
function board(rows: number): LabelledRows {
  const random = createRandom(5);
  const features = Float32Array.from({ length: 2 * rows }, () => 4 * random.uniform());
  const labels = Float32Array.from(
    { length: rows },
    (_, row) => (Math.floor(features[2 * row]!) + Math.floor(features[2 * row + 1]!)) % 2,
  );
  const weights = new Float32Array(rows).fill(1);
  return {
    rows,
    width: 2,
    features,
    labels,
    weights,
    eventTimes: Float64Array.from(labels, (_, row) => row),
  };
}

test('what takes many units and steps to learn gets them', async () => {
  const first = await firstOf('binary', board(4000));
  assert.equal(first.metrics.design, 2);
  const { rows, outputs } = first.judged;
  assert.ok(scoreAnswers(outputs, rows, 'binary').accuracy > 0.8);
});

test('sizes that are given are taken, and a linear model has one design', () => {
  const spec = specOf('binary', 2, 2);
  const [small, wide] = designsOf('mlp', spec, 1, [7]);
  assert.deepEqual(small!.model, wide!.model);
  assert.equal(designsOf('linear', spec, 1).length, 1);
});

test('rows of one class alone are refused', async () => {
  const data = streamOf('binary', { rows: 300, seed: 1 });
  const one = { ...data, labels: new Float32Array(300) };
  await assert.rejects(firstOf('binary', one), { code: 'DATA_INVALID', message: /of class 0/ });
});

/** The class of a row is that of its category, drawn once for each; order says nothing. */
function shuffledCategories(count: number, rows: number): LabelledRows {
  const random = createRandom(5);
  const classOf = Array.from({ length: count }, () => random.integer(2));
  const data = allocateRows(rows, 1);
  for (let row = 0; row < rows; row++) {
    const category = random.integer(count);
    data.features[row] = random.uniform() < 0.02 ? Number.NaN : category;
    data.labels[row] = classOf[category] ?? 0;
    data.eventTimes[row] = row;
  }
  return data;
}

for (const [what, count, isNamed] of [
  ['12 named categories', 12, true],
  ['80 named categories', 80, true],
  ['40 indices without names', 40, false],
] as const)
  test(`a table of nothing but ${what} is learnt, and so is what is missing`, async () => {
    const data = shuffledCategories(count, 1_500);
    const categories = isNamed ? Array.from({ length: count }, (_, i) => `c${i}`) : [];
    const features = [{ name: 'x', kind: 'categorical' as const, allowMissing: true, categories }];
    const spec = { task: 'binary' as const, classes: 2, features };
    const designs = designsOf('linear', spec, 1);
    const first = await trainFirst({
      engine,
      spec,
      data,
      designs,
      strategy: 'naive',
      seed: 1,
      now: () => 0,
    });
    const { outputs } = await predict(engine, first.model, data.features, 1);
    const right = data.labels.filter(
      (label, row) => Number.isNaN(data.features[row]) || Number(outputs[2 * row + 1]! > 0.5) === label,
    ).length;
    assert.ok(right > 0.97 * data.rows, `${right} of ${data.rows}`);
    const unknown = await predict(engine, first.model, Float32Array.of(-1, Number.NaN), 1);
    assert.deepEqual([...unknown.outputs.slice(0, 2)], [...unknown.outputs.slice(2)]);
    assert.ok(unknown.outputs.every(Number.isFinite));
  });
