import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../src/faults/fault.ts';
import { createStage, hasFailed, runSeed } from '../src/simulate.ts';

const HOURS = 0.4;
const END_MS = 60_000 + HOURS * 3_600_000;

/** Early, in the midst of the traffic, and when all has been read. */
const MOMENTS_MS = [30_000, END_MS / 2, END_MS * 2];

for (const [workload, who] of ['the broker', 'producers'].entries()) {
  test(`partitions that are added change nothing of what is concluded, where ${who} set the timestamps`, async () => {
    const stage = await createStage(workload, HOURS);
    assert.equal(stage.workload.timestamps, workload === 0 ? 'broker' : 'producer');
    for (const [seed, atMs] of MOMENTS_MS.entries()) {
      const faults: Fault[] = [{ kind: 'grow', atMs, partitions: stage.workload.partitions + 2 }];
      const result = await runSeed(seed, stage, { faults });
      assert.deepEqual(result.differences, [], `added at ${atMs} ms`);
      assert.ok(!hasFailed(result), result.outcome.restless);
    }
  });
}
