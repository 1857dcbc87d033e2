import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSpec } from '@driftloop/registry';
import { checkWindows } from '../src/check/check-windows.ts';
import type { ExpectedRow } from '../src/check/expected-rows.ts';

const given = defaultSpec({ model: 'm', task: 'binary', classes: 2, features: [], intervalMs: 1 });
const SPEC = { ...given, window: { ...given.window, lengthMs: 10, minSamples: 5 } };
/** Ten windows of ten rows; one row more that is late. */
const ROWS: ExpectedRow[] = [
  ...Array.from({ length: 100 }, (_, eventTime) => ({ partition: 0, eventTime, isDue: true })),
  { partition: 0, eventTime: 15, isDue: false },
];
const window = (start: number, n = 10, end = start + 10) => ({ start, end, n });
const ALL = Array.from({ length: 10 }, (_, index) => window(index * 10));
const without = (start: number) => ALL.filter((found) => found.start !== start);

const check = (found: typeof ALL, through = 100) => checkWindows(SPEC, ROWS, found, through);
const wrong = ({ lost, repeated, unexpected }: ReturnType<typeof check>) => [lost, repeated, unexpected];

test('whole windows are right, merged or not, with a late row or without it', () => {
  const whole = check(ALL);
  assert.deepEqual(wrong(whole), [0, 0, 0]);
  assert.deepEqual([whole.due, whole.held, whole.windows, whole.trailing], [100, 100, 10, 0]);
  assert.deepEqual(wrong(check([...without(10), window(10, 11)])), [0, 0, 0]);
  assert.deepEqual(wrong(check([window(0, 20, 20), ...ALL.slice(2)])), [0, 0, 0]);
});

test('rows that are missing in a window, or whose window is missing, are lost', () => {
  assert.deepEqual(wrong(check([...without(30), window(30, 7)])), [3, 0, 0]);
  const gap = check(without(50));
  assert.deepEqual(wrong(gap), [10, 0, 0]);
  assert.match(gap.examples[0] ?? '', /no window before .*: 10 rows/);
  assert.deepEqual(wrong(check(ALL.slice(0, 7))), [30, 0, 0]);
  assert.deepEqual(wrong(check([])), [100, 0, 0]);
});

test('rows beyond those of the log are repeated; windows without a row or over another one are unexpected', () => {
  assert.deepEqual(wrong(check([...without(30), window(30, 12)])), [0, 2, 0]);
  assert.deepEqual(wrong(check([...without(10), window(10, 12)])), [0, 1, 0]);
  assert.deepEqual(wrong(check([...ALL, window(200, 4)], 300)), [0, 4, 1]);
  // Five rows of it are in the window before, five in the one behind.
  assert.deepEqual(wrong(check([...ALL, window(35, 10)])), [0, 10, 2]);
});

test('what ends beyond is left out, and so are few rows that wait for more', () => {
  const left = check(ALL, 80);
  assert.deepEqual(wrong(left), [0, 0, 0]);
  assert.deepEqual([left.due, left.windows, left.trailing], [80, 8, 2]);
  const few = [...ROWS.slice(0, 84)];
  const waiting = checkWindows(SPEC, few, ALL.slice(0, 8), 90);
  assert.deepEqual(wrong(waiting), [0, 0, 0]);
  assert.equal(waiting.due, 80);
  assert.deepEqual(wrong(checkWindows(SPEC, ROWS.slice(0, 85), ALL.slice(0, 8), 90)), [5, 0, 0]);
});
