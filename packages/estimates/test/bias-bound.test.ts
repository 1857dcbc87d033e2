import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { biasBound } from '../src/index.ts';

const RUNS = 200;
const ROWS = 3000;

test('the bound holds at every row of at least 95 % of runs, and narrows', () => {
  let failed = 0;
  let width = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = createRandom(run + 1);
    let squares = 0;
    let sum = 0;
    let isIn = true;
    for (let row = 1; row <= ROWS; row++) {
      // The chance that is expected is 0.08 too high, and a right answer comes with its chance.
      const chance = 0.5 + 0.4 * random.uniform();
      const residual = Number(random.uniform() < chance) - (chance + 0.08);
      sum += residual;
      squares += residual * residual;
      isIn &&= Math.abs(sum / row + 0.08) <= biasBound({ rows: row, squares }, 0.05);
    }
    if (!isIn) failed++;
    width = biasBound({ rows: ROWS, squares }, 0.05);
  }
  assert.ok(failed <= 0.05 * RUNS, `${failed} of ${RUNS} runs left it`);
  // Four standard errors: what it costs to hold at every row.
  assert.ok(width < 0.04, `${width}`);
});

test('nothing is known without rows', () => {
  assert.equal(biasBound({ rows: 0, squares: 0 }, 0.05), Number.POSITIVE_INFINITY);
});
