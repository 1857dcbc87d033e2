import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETECTION_ROWS, delaysInCommon, scoreOf } from '../../src/detect/score.ts';

test('the first alarm after a change is its detection; others there count for nothing, and those outside are false', () => {
  // Changes at 5,000, 10,000 and 15,000; 20,000 rows, of which 3 × 2,500 lie after a change.
  const streams = [
    [100, 5000, 5300, 7499, 7500, 10_200],
    [4999, 15_000 + DETECTION_ROWS - 1],
  ];
  assert.deepEqual(scoreOf(streams), {
    drifts: 6,
    detected: 3,
    meanDelay: (0 + 200 + DETECTION_ROWS - 1) / 3,
    delays: [0, 200, Number.NaN, Number.NaN, Number.NaN, DETECTION_ROWS - 1],
    falseAlarmsPer10k: (1e4 * 3) / (2 * 12_500),
  });
});

test('who never raises an alarm finds nothing, has no delay and no false alarm', () => {
  const none = [Number.NaN, Number.NaN, Number.NaN];
  assert.deepEqual(scoreOf([[]]), {
    drifts: 3,
    detected: 0,
    meanDelay: Number.NaN,
    delays: none,
    falseAlarmsPer10k: 0,
  });
});

test('delays in common leave out what only one of two finds', () => {
  const a = scoreOf([[5010, 10_020, 15_900]]);
  const b = scoreOf([[5100, 10_400]]);
  assert.deepEqual(delaysInCommon(a, b), { drifts: 2, first: 15, second: 250 });
  assert.deepEqual(delaysInCommon(b, a), { drifts: 2, first: 250, second: 15 });
});
