import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percent } from '../../../src/signals/statistics/shares.ts';

test('a share is told from none and from all, and none is never less than none', () => {
  for (const [share, text] of [
    [0.5, '50 %'],
    [0.004, '0.4 %'],
    [0.996, '99.6 %'],
    [0, '0 %'],
    [1, '100 %'],
    [-0.004, '0 %'],
    [-0.02, '-2 %'],
  ] as const)
    assert.equal(percent(share), text);
});
