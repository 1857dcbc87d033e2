import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepsUp } from '../../src/pipeline/lag.ts';

const seconds = (behind: (second: number) => number) =>
  Array.from({ length: 60 }, (_, second) => ({ inference: 3, 'data-drift.map': behind(second) }));

test('a reader whose backlog grows by the second does not keep up', () => {
  assert.equal(
    keepsUp(
      seconds((second) => 500 * second),
      10_000,
    ),
    false,
  );
});

test('a reader that stays as far behind as it is, in steps, keeps up', () => {
  assert.equal(
    keepsUp(
      seconds((second) => 12_000 + (second % 5) * 3_000),
      10_000,
    ),
    true,
  );
});

test('a backlog that is worked off keeps up', () => {
  assert.equal(
    keepsUp(
      seconds((second) => 50_000 - 800 * second),
      1_000,
    ),
    true,
  );
});
