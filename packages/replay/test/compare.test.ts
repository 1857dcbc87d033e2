import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftVerdict } from '@driftloop/schemas';
import { compareVerdicts } from '../src/index.ts';
import { verdict as verdictWith } from './verdict.ts';

const verdict = (windowStart: number, fields: Partial<DriftVerdict> = {}) =>
  verdictWith({ windowStart, windowEnd: windowStart + 10, ...fields });

test('equal verdicts leave no difference, whatever their evidence', () => {
  assert.deepEqual(
    compareVerdicts([verdict(0), verdict(10)], [verdict(10, { likelihood: 0.2 }), verdict(0)]),
    [],
  );
});

test('windows that differ, or that only one side has, are listed in order of time', () => {
  const differences = compareVerdicts(
    [verdict(0), verdict(10), verdict(20, { state: 'drift', action: 'retrain' })],
    [verdict(20, { state: 'drift' }), verdict(30, { state: 'warning' }), verdict(10)],
  );
  assert.deepEqual(
    differences.map(({ windowStart, live, replayed }) => [
      windowStart,
      live?.state ?? null,
      replayed?.state ?? null,
    ]),
    [
      [0, 'stable', null],
      [20, 'drift', 'drift'],
      [30, null, 'warning'],
    ],
  );
});

test('of several verdicts on a window the last counts', () => {
  assert.deepEqual(compareVerdicts([verdict(0, { state: 'warning' }), verdict(0)], [verdict(0)]), []);
});
