import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUTANTS } from '../src/mutants/index.ts';
import { createStage, hasFailed, runSeed } from '../src/simulate.ts';

const MOST_SEEDS = 60;

test('every planted bug is found', async (t) => {
  const stage = await createStage(1, 0.5);
  for (const [name, { says, mutation }] of Object.entries(MUTANTS)) {
    await t.test(`${name}: ${says}`, async (found) => {
      let seed = 0;
      while (!hasFailed(await runSeed(seed, stage, { mutation }))) {
        assert.ok(++seed < MOST_SEEDS, `${MOST_SEEDS} seeds have not found it`);
      }
      found.diagnostic(`found by seed ${seed}`);
    });
  }
});
