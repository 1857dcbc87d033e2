import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleRollout } from '../../src/index.ts';

test('a candidate is live at once or in shadow as its command says; where that is open, by when it came', () => {
  const cases = (['publish', 'shadow', 'fresh'] as const).map((rollout) =>
    [false, true].map((isLate) => settleRollout(rollout, isLate)),
  );
  assert.deepEqual(cases, [
    ['publish', 'publish'],
    ['shadow', 'shadow'],
    ['publish', 'shadow'],
  ]);
});
