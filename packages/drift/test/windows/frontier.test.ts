import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frontierOf, frontierRuleOf, newest } from '../../src/windows/frontier.ts';

test('the frontier is the count-th largest time, and none while there are fewer', () => {
  const times = [50, 10, 90, 70, 30];
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((count) => frontierOf(times, count)),
    [90, 70, 50, 30, 10, null],
  );
  assert.deepEqual(times, [50, 10, 90, 70, 30]);
  assert.equal(frontierOf([], 1), null);
});

test('a frontier of count rows looks at the last 2 · count - 1, the newest of which come last', () => {
  assert.deepEqual(newest([1, 2, 3], [4, 5], 1), [5]);
  assert.deepEqual(newest([1, 2, 3], [4, 5], 2), [3, 4, 5]);
  assert.deepEqual(newest([1, 2, 3], [4, 5], 3), [1, 2, 3, 4, 5]);
  assert.deepEqual(newest([1], [], 3), [1]);
});

test('an eighth of the least rows of a window passes it, one row at least and 13 at most, 3 of a partition', () => {
  const rules = [0, 1, 8, 9, 16, 17, 25, 104, 105].map((minSamples) => frontierRuleOf({ minSamples }));
  assert.deepEqual(
    rules.map(({ all }) => all),
    [1, 1, 1, 2, 2, 3, 4, 13, 13],
  );
  assert.deepEqual(
    rules.map(({ own }) => own),
    [1, 1, 1, 2, 2, 3, 3, 3, 3],
  );
});
