import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combineEvidence } from '@driftloop/detectors';
import type { DriftState } from '@driftloop/schemas';
import { nextState } from '../../src/ensemble/transition.ts';

/** A third of it is a number without a rest. */
const BUDGET = 30;
const policy = { expectedWindowsBetweenFalseAlarms: BUDGET, detectors: [] };

/** @param labelFree evidence of the inputs, as far as it counts @param labels the same of labels */
function next(
  state: DriftState,
  labelFree: number,
  labels = 0,
  more: { overwhelming?: boolean; proven?: boolean } = {},
) {
  const combined = combineEvidence({ data: 5 * labelFree, prediction: 0, concept: 2 * labels }, BUDGET);
  const { overwhelming = false, proven = false } = more;
  return nextState({ state, likelihood: { ...combined, overwhelming }, proven }, policy);
}

const STATES: readonly DriftState[] = ['stable', 'warning', 'drift', 'recovering'];

test('labels that meet the budget alone, or overwhelming evidence without, are drift in every state', () => {
  for (const state of STATES) {
    assert.equal(next(state, 0, 30), 'drift');
    assert.equal(next(state, 0, 0, { overwhelming: true }), 'drift');
  }
});

test('a stable model is warned of when all evidence together meets the budget', () => {
  assert.deepEqual(
    [next('stable', 20, 10), next('stable', 19, 10), next('stable', 0)],
    ['warning', 'stable', 'stable'],
  );
});

test('a warning is withdrawn when the evidence has fallen below a third of the budget', () => {
  assert.deepEqual([next('warning', 10), next('warning', 9)], ['warning', 'stable']);
  assert.deepEqual([next('warning', 4, 6), next('warning', 4, 5)], ['warning', 'stable']);
  assert.equal(
    next('warning', 0, 29),
    'warning',
    'labels alone make it no drift before they meet the budget',
  );
});

test('drift stays while labels alone hold a third of the budget, is a warning while all together do, and then over', () => {
  assert.deepEqual(
    [next('drift', 0, 10), next('drift', 0, 9), next('drift', 1, 9), next('drift', 29, 9)],
    ['drift', 'stable', 'warning', 'warning'],
  );
});

test('a new version recovers until labels have proven it, and may be warned of before', () => {
  assert.equal(next('recovering', 29), 'recovering');
  assert.equal(next('recovering', 29, 0, { proven: true }), 'stable');
  assert.equal(next('recovering', 30), 'warning');
  assert.equal(next('recovering', 30, 0, { proven: true }), 'warning');
});
