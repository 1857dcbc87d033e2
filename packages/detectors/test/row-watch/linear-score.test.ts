import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { createStream, hyperplane, sea } from '../../src/generators/index.ts';
import { createRowWatch } from '../../src/index.ts';
import { LinearScore, SCORE_CELLS } from '../../src/row-watch/linear-score.ts';

/**
 * Two features on scales far apart, of which the class follows 3·a − b/1000; a category follows it
 * a little.
 */
function learnt(rows: number, seed: number): LinearScore {
  const random = createRandom(seed);
  const score = new LinearScore([0, 0, 3], rows);
  for (let i = 0; i < rows; i++) {
    const [a, b] = [random.normal(), 1000 * random.normal() + 5e4];
    const target = Number(3 * a - (b - 5e4) / 1000 > 0);
    score.learn([a, b, target && random.uniform() < 0.6 ? 2 : random.integer(2)], target);
  }
  return score;
}

test('cells rise along the direction in which the class lies, whatever the scales of the features', () => {
  const score = learnt(400, 1);
  const along = [-2, -1, 0, 1, 2].map((a) => score.cell([a, 5e4, 0]));
  assert.deepEqual(
    along,
    [...along].sort((a, b) => a - b),
  );
  assert.ok(new Set(along).size === along.length);
  assert.ok(score.cell([0, 5e4 - 1000, 0]) > score.cell([0, 5e4 + 1000, 0]));
  // A step of b weighs a third of one of a: that much, within the error of 400 rows.
  const [byA, byB] = [score.cell([1 / 3, 5e4, 0]), score.cell([0, 5e4 - 1000, 0])];
  assert.ok(Math.abs(byA - byB) <= 1, `${byA} and ${byB}`);
  assert.ok(score.cell([0, 5e4, 2]) > score.cell([0, 5e4, 0]));
  assert.deepEqual([score.cell([-99, 5e4, 0]), score.cell([99, 5e4, 0])], [0, SCORE_CELLS - 1]);
});

test('nothing is said while it learns, about missing values, and when there is nothing to learn', () => {
  const score = new LinearScore([0], 3);
  score.learn([Number.NaN], 1);
  for (const [x, target] of [
    [1, 0],
    [2, 1],
  ] as const) {
    score.learn([x], target);
    assert.equal(score.cell([1]), -1);
  }
  score.learn([3], 1);
  assert.ok(score.cell([1]) >= 0);
  assert.equal(score.cell([Number.NaN]), -1);
  assert.equal(score.cell([Number.POSITIVE_INFINITY]), -1);
  score.restart();
  assert.equal(score.cell([1]), -1);

  const constant = new LinearScore([0, 0], 2);
  constant.learn([1, 5], 0);
  constant.learn([1, 5], 1);
  const cell = constant.cell([1, 5]);
  assert.equal(constant.cell([9, 9]), cell, 'features that did not vary do not place a row');
});

test('a saved state goes on as if it had never been saved, learning or not', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(1000), (before, seed) => {
      const random = createRandom(seed);
      const rows = Array.from({ length: 60 }, () => [random.normal(), random.integer(3)] as const);
      const [first, second] = [new LinearScore([0, 3], 40), new LinearScore([0, 3], 40)];
      const learn = (score: LinearScore, from: number, to: number) => {
        for (const row of rows.slice(from, to)) score.learn(row, Number(row[0] > 0));
      };
      learn(first, 0, before);
      second.restore(JSON.parse(JSON.stringify(first.save())));
      learn(first, before, 60);
      learn(second, before, 60);
      for (const row of rows) assert.equal(second.cell(row), first.cell(row));
    }),
    { numRuns: 30 },
  );
});

test('a boundary that moves or turns is named by the score', () => {
  for (const [concepts, limit] of [
    [[sea(0, { noise: 0.1 }), sea(2, { noise: 0.1 })], 900],
    [[hyperplane(1, { noise: 0.05 }), hyperplane(2, { noise: 0.05 })], 400],
  ] as const) {
    const stream = createStream({ concepts, changes: [{ kind: 'abrupt', at: 3000 }], seed: 5 });
    const { categories, width } = stream;
    const watch = createRowWatch({ categories, classes: 2, fixedModel: false });
    while (!watch.drift && stream.position < 5500) {
      const features = new Float64Array(width);
      const label = stream.next(features);
      const row = { features, label, predicted: 0, confidence: 0.6 };
      watch.update(row, row);
    }
    const delay = stream.position - 3000;
    assert.ok(delay > 0 && delay < limit, `found after ${delay} rows`);
    assert.equal(watch.evidence[0]?.text, 'labels given how the features lie towards class 1 changed');
  }
});
