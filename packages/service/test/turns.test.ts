import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns, systemClock } from '../src/index.ts';

test('a turn is due once it was computed for long, and others are heard meanwhile', async () => {
  let now = 0;
  const turns = createTurns({ ...systemClock, monotonicMs: () => now });
  assert.equal(turns.isDue(), false);
  now = 1_000;
  assert.equal(turns.isDue(), true);
  let isHeard = false;
  setTimeout(() => {
    isHeard = true;
  }, 0);
  for (let i = 0; i < 100 && !isHeard; i++) await turns.give();
  assert.ok(isHeard);
  assert.equal(turns.isDue(), false, 'it is counted from there');
});
