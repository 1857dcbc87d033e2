import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFlood } from '../src/access/flood.ts';

test('so many are written each minute, and the next one says how many were left out', () => {
  const flood = createFlood(2);
  assert.deepEqual(
    [0, 1, 2, 3, 59_999].map((now) => flood.take(now)),
    [0, 0, undefined, undefined, undefined],
  );
  assert.equal(flood.take(60_000), 3);
  assert.equal(flood.take(60_001), 0);
  assert.equal(flood.take(60_002), undefined);
});
