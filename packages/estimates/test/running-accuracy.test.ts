import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { runningAccuracy } from '../src/index.ts';

const ROWS = 6000;
const REFERENCE = 1000;

/**
 * Rows with the chance that is expected, which is too high by a little, and whether they are right.
 */
function drawn(rows: number, seed: number) {
  const random = createRandom(seed);
  return Array.from({ length: rows }, () => {
    const chance = 0.6 + 0.35 * random.uniform();
    return { chance, isRight: Number(random.uniform() < chance - 0.03) };
  });
}

/** Whether the bounds hold at every row, and how wide they are at the end. */
function follow(seed: number, delay: number) {
  const sums = { labelled: 0, hits: 0, unlabelled: 0, expectedHits: 0, expectedVariance: 0 };
  const residuals = { rows: 0, sum: 0, squares: 0 };
  const learn = ({ chance, isRight }: { chance: number; isRight: number }) => {
    residuals.rows++;
    residuals.sum += isRight - chance;
    residuals.squares += (isRight - chance) ** 2;
  };
  for (const row of drawn(REFERENCE, 1000 + seed)) learn(row);
  const rows = drawn(ROWS, seed);
  let right = 0;
  let holds = true;
  let width = 0;
  for (const [i, row] of rows.entries()) {
    right += row.isRight;
    sums.unlabelled++;
    sums.expectedHits += row.chance;
    sums.expectedVariance += row.chance * (1 - row.chance);
    const due = rows[i - delay];
    if (due) {
      sums.unlabelled--;
      sums.expectedHits -= due.chance;
      sums.expectedVariance -= due.chance * (1 - due.chance);
      sums.labelled++;
      sums.hits += due.isRight;
      learn(due);
    }
    const { lower = 0, upper = 1 } = runningAccuracy({ ...sums, residuals }, 0.05) ?? {};
    const truth = right / (i + 1);
    holds &&= truth >= lower - 1e-12 && truth <= upper + 1e-12;
    width = upper - lower;
  }
  return { holds, width };
}

for (const delay of [0, 500, 5000]) {
  test(`bounds hold at every row of at least 95 % of runs with labels ${delay} rows late`, () => {
    const runs = Array.from({ length: 60 }, (_, seed) => follow(seed + 1, delay));
    const failed = runs.filter(({ holds }) => !holds).length;
    assert.ok(failed <= 3, `${failed} of 60`);
    const width = runs.reduce((sum, run) => sum + run.width, 0) / runs.length;
    // Labels tighten them: with all labels there is nothing left to estimate.
    assert.ok(width <= { 0: 0, 500: 0.085, 5000: 0.3 }[delay as 0 | 500 | 5000], `${width}`);
  });
}

test('nothing is known before there are rows, nor of rows whose bias nobody has seen', () => {
  const none = { rows: 0, sum: 0, squares: 0 };
  const empty = {
    labelled: 0,
    hits: 0,
    unlabelled: 0,
    expectedHits: 0,
    expectedVariance: 0,
    residuals: none,
  };
  assert.equal(runningAccuracy(empty, 0.05), undefined);
  assert.equal(runningAccuracy({ ...empty, unlabelled: 3, expectedHits: 2 }, 0.05), undefined);
});
