import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUTANTS } from '../src/mutants/index.ts';
import { createStage, hasFailed, runSeed } from '../src/simulate.ts';

/**
 * Those that few seeds find; the others are for `pnpm simulate --mutant`, see docs/simulation.md.
 */
const FOUND_SOON = ['commit-before-output', 'checkpoint-of-another', 'resume-skips-one'];
const MOST_SEEDS = 20;

test('planted bugs are found', async (t) => {
  const stage = await createStage(1, 0.5);
  for (const name of FOUND_SOON) {
    await t.test(name, async (found) => {
      const mutant = MUTANTS[name];
      assert.ok(mutant, 'there is no such mutant');
      let seed = 0;
      while (!hasFailed(await runSeed(seed, stage, { mutation: mutant.mutation }))) {
        assert.ok(++seed < MOST_SEEDS, `${MOST_SEEDS} seeds have not found it`);
      }
      found.diagnostic(`found by seed ${seed}`);
    });
  }
});
