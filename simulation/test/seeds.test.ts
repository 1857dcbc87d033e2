import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureText } from '../src/report.ts';
import { runSeeds, stageOf } from '../src/run-seeds.ts';
import { hasFailed, type SeedResult } from '../src/simulate.ts';

const RANGE = { from: 0, seeds: 24, hours: 0.5, workloads: 3 };

test(`${RANGE.seeds} seeds conclude what the undisturbed run does`, async () => {
  let failed: SeedResult | undefined;
  await runSeeds(RANGE, (result) => {
    if (hasFailed(result)) failed = result;
    return !failed;
  });
  if (failed) assert.fail(await failureText(failed, await stageOf(failed.seed, RANGE), undefined));
});
