import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findTestFiles } from '../discover.ts';
import { laneOf } from '../lanes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

test('what starts a fleet of services is in a lane of fleets, or alone', () => {
  const lanes = Map.groupBy(findTestFiles(ROOT, []), laneOf);
  const { fleet = [], alone = [], small = [] } = Object.fromEntries(lanes);
  for (const file of ['cli/test/up.test.ts', 'faults/test/scenarios.test.ts', 'test/kill.test.ts'])
    assert(fleet.includes(file), `${file} is in no lane of fleets`);
  for (const file of ['test/loop.test.ts', 'test/rollout.test.ts', 'test/secure.test.ts'])
    assert(alone.includes(file), `${file} is not alone`);
  assert(small.length > 10 * (fleet.length + alone.length), `${small.length} small ones`);
  // Or a test of the whole loop that is new would run beside two others.
  for (const file of small) assert.doesNotMatch(file, /^test\/(?!trainer|open-inference)/);
});
