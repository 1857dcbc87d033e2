import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureText } from '../src/report.ts';
import { runSeeds, stageOf } from '../src/run-seeds.ts';
import { hasFailed, type SeedResult } from '../src/simulate.ts';

/**
 * Shorter than `pnpm simulate` has it, with as many faults in each: a seed takes a third of a
 * second.
 */
const RANGE = { from: 0, seeds: 200, hours: 0.3, workloads: 5 };

test(`${RANGE.seeds} seeds conclude what the undisturbed run does`, async () => {
  let failed: SeedResult | undefined;
  await runSeeds(RANGE, (result) => {
    if (hasFailed(result)) failed = result;
    return !failed;
  });
  if (failed) assert.fail(await failureText(failed, await stageOf(failed.seed, RANGE), undefined));
});
