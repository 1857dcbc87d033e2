import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comesLate } from '../../src/index.ts';

const WINDOW_MS = 1000;
const until = (...eventTimes: number[]) => ({ eventTimes: Float64Array.from(eventTimes) });

test('a candidate is late once labels have moved on by more than sixteen windows', () => {
  const data = until(100, 5000);
  assert.equal(comesLate(data, until(), WINDOW_MS), false);
  assert.equal(comesLate(data, until(5001, 21_000), WINDOW_MS), false);
  assert.equal(comesLate(data, until(5001, 21_001), WINDOW_MS), true);
});

test('where it is not known what has come since, a candidate counts as late', () => {
  assert.equal(comesLate(until(1), undefined, WINDOW_MS), true);
});
