import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FAULT_KINDS, type FaultKind } from '../../src/faults/fault.ts';
import type { WindowRecord } from '../../src/selection/history.ts';
import { spoiltWindows } from '../../src/selection/untrue-rows.ts';

type Shown = readonly FaultKind[];
const NONE: Shown = [];
const UNIT: Shown = ['unit'];

/** Windows of 10, one after another, judged by version 1 or that which is named. */
function past(shown: readonly Shown[], versionOf: (i: number) => number = () => 1) {
  return shown.map((faults, i) => ({
    ...{ start: 10 * i, end: 10 * i + 10 },
    inputs: { version: versionOf(i), faults },
  }));
}
const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);
const spoiltOf = (history: ReturnType<typeof past>): boolean[] => history.map(spoiltWindows(history));
/** Whether the newest window is spoilt. */
const isNewestSpoilt = (...shown: readonly Shown[]) => spoiltOf(past(shown)).at(-1);

test('rows of a window with a fault, and of one that overlaps it, say nothing true', () => {
  const history = past([NONE, UNIT, NONE]);
  assert.deepEqual(spoiltOf(history), [false, true, false]);
  const isSpoilt = spoiltWindows(history);
  assert.ok(isSpoilt({ start: 5, end: 11 }));
  assert.ok(!isSpoilt({ start: 20, end: 40 }));
});

test('a gap spoils no row, another fault beside it does', () => {
  assert.ok(!isNewestSpoilt(['gap']));
  assert.ok(isNewestSpoilt(['clock', 'gap']));
});

test('a fault that twelve windows show in a row is what is usual now, until one does not', () => {
  assert.ok(isNewestSpoilt(...times(11, UNIT)));
  assert.ok(!isNewestSpoilt(NONE, ...times(12, UNIT)));
  assert.deepEqual(spoiltOf(past([NONE, ...times(12, UNIT), NONE])), [false, ...times(12, true), false]);
  assert.ok(isNewestSpoilt(...times(12, UNIT), ['unit', 'nulls']), 'another fault is not usual');
});

test('windows of which only labels are known are no sign that a fault has gone', () => {
  const known = [...past(times(12, UNIT)), { start: 120, end: 130 }];
  assert.ok(!spoiltWindows(known)({ start: 110, end: 120 }));
});

test('what was usual when a version was replaced stays so for its windows: the next has learnt it', () => {
  const shown = [...times(13, UNIT), NONE, NONE];
  const replaced = past(shown, (i) => (i < 13 ? 1 : 2));
  assert.deepEqual(spoiltOf(replaced), times(15, false));
});

test('of any twelve windows in a row one at least is free, whatever faults they show', () => {
  const shown = fc.array(fc.uniqueArray(fc.constantFrom(...FAULT_KINDS), { minLength: 1 }), {
    minLength: 12,
    maxLength: 30,
  });
  fc.assert(
    fc.property(shown, fc.array(fc.integer({ min: 1, max: 3 })), (faults, versions) => {
      const newest = past(faults, (i) => versions[i] ?? 1);
      assert.ok(spoiltOf(newest).slice(-12).includes(false));
    }),
  );
});

test('faults that take turns free the windows of the most frequent one', () => {
  const turns: Shown[] = Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? ['nulls'] : ['rounded']));
  const history: Pick<WindowRecord, 'start' | 'end' | 'inputs'>[] = past(turns);
  assert.deepEqual(
    history.map(spoiltWindows(history)),
    turns.map(([fault]) => fault === 'nulls'),
  );
});
