import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkForgetting } from '../../src/gate/forgetting.ts';
import { scoresOf, withSettings } from './scored.ts';

const ROWS = 32;
const settings = withSettings({ forgettingMargin: 0.25 });
/** Right on the first so many remembered rows. */
const knowing = (count: number) =>
  scoresOf({ right: Array.from({ length: ROWS }, (_, row) => Number(row < count)) });
const erring = (loss: number) => scoresOf({ losses: new Array<number>(ROWS).fill(loss) });

test('what is forgotten may be as much as the margin', () => {
  const kept = checkForgetting(knowing(32), knowing(24), 0, 'binary', settings);
  assert.deepEqual(kept, {
    passed: true,
    text: 'on 32 remembered rows it is right on 75.0 %, the live version on 100.0 %',
    metrics: { memoryRows: 32, memoryAccuracy: 0.75, memoryLiveAccuracy: 1, forgetting: 0.25 },
  });
  const lost = checkForgetting(knowing(32), knowing(23), 0, 'binary', settings);
  assert.equal(lost.passed, false);
  assert.match(lost.text, /^on 32 remembered rows .*: it forgets more than the 25\.0 % allowed$/);
});

test('who knows more than the live version has forgotten less than nothing', () => {
  const better = checkForgetting(knowing(8), knowing(16), 0, 'binary', withSettings({ forgettingMargin: 0 }));
  assert.deepEqual([better.passed, better.metrics.forgetting], [true, -0.25]);
});

test('what is gained on the newest rows may be forgotten on top; what is lost there takes nothing off', () => {
  const passed = (count: number, gain: number) =>
    checkForgetting(knowing(32), knowing(count), gain, 'binary', settings).passed;
  assert.deepEqual([passed(20, 0.125), passed(19, 0.125)], [true, false]);
  assert.deepEqual([passed(24, -0.5), passed(23, -0.5)], [true, false]);
});

test('of a regression it is by how large a share of the live loss the error has risen', () => {
  const kept = checkForgetting(erring(2), erring(2.5), 0, 'regression', settings);
  assert.deepEqual([kept.passed, kept.metrics.forgetting], [true, 0.25]);
  assert.equal(kept.text, "on 32 remembered rows its squared error is 5.000, the live version's 4.000");
  const lost = checkForgetting(erring(2), erring(2.75), 0, 'regression', settings);
  assert.deepEqual([lost.passed, lost.metrics.forgetting], [false, 0.375]);
});

test('30 remembered rows are enough to measure by, 29 are not', () => {
  const of = (rows: number, right: number) => scoresOf({ right: new Array<number>(rows).fill(right) });
  assert.deepEqual(checkForgetting(of(29, 1), of(29, 0), 0, 'binary', settings), {
    passed: true,
    text: '29 remembered rows are too few to measure forgetting',
    metrics: { memoryRows: 29 },
  });
  assert.equal(checkForgetting(of(30, 1), of(30, 0), 0, 'binary', settings).passed, false);
});
