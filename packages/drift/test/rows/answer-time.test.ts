import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferencePrediction } from '@driftloop/schemas';
import { answerTime } from '../../src/index.ts';

const NOW = 1_000 * 3_600_000;
const timeOf = (requestTime: number) => answerTime({ requestTime } as InferencePrediction, NOW);

test('an answer counts as of its request, however late it was given or however the clocks differ', () => {
  assert.equal(timeOf(1), 1);
  assert.equal(timeOf(NOW - 5), NOW - 5);
  assert.equal(timeOf(NOW + 3_600_000), NOW + 3_600_000);
});

test('an answer that knows no such time counts as of its own', () => {
  assert.equal(timeOf(-1), NOW);
  assert.equal(timeOf(0), NOW);
  assert.equal(timeOf(NOW + 3_600_001), NOW);
  assert.equal(timeOf(Number.MAX_SAFE_INTEGER), NOW);
});
