import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowStartOf } from '../src/index.ts';

test('windows are cut from 1970 on, each with its start and without its end', () => {
  assert.equal(windowStartOf(0, 60_000), 0);
  assert.equal(windowStartOf(59_999, 60_000), 0);
  assert.equal(windowStartOf(60_000, 60_000), 60_000);
  assert.equal(windowStartOf(1_790_000_012_345, 60_000), 1_790_000_000_000 - (1_790_000_000_000 % 60_000));
});
