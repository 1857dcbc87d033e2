import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultKind } from '../../src/faults/fault.ts';
import { isSpoilt, spoilsRows } from '../../src/selection/untrue-rows.ts';

/** Windows of 10, one after another; a dot has no fault. */
const past = (...faults: (FaultKind | '.')[]) =>
  faults.map((fault, i) => ({
    start: 10 * i,
    end: 10 * i + 10,
    fingerprint: [0],
    ...(fault === '.' ? {} : { fault }),
  }));
const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

test('rows of a window with a fault, and of one that overlaps it, say nothing true', () => {
  const history = past('.', 'unit', '.');
  assert.deepEqual(
    history.map((window) => isSpoilt(window, history)),
    [false, true, false],
  );
  assert.ok(isSpoilt({ start: 5, end: 11 }, history));
  assert.ok(!isSpoilt({ start: 20, end: 40 }, history));
});

test('a gap spoils no row', () => {
  assert.ok(!spoilsRows('gap', past('gap')));
});

test('a fault that twelve windows show in a row is what is usual now, until one does not', () => {
  assert.ok(spoilsRows('unit', past(...times(11, 'unit' as const))));
  assert.ok(!spoilsRows('unit', past('.', ...times(12, 'unit' as const))));
  assert.ok(spoilsRows('unit', past(...times(12, 'unit' as const), '.')));
  assert.ok(spoilsRows('nulls', past(...times(12, 'unit' as const))), 'another fault is none');
});

test('windows of which only labels are known are no sign that a fault has gone', () => {
  const known = past(...times(12, 'unit' as const));
  const labelsOnly = { start: 120, end: 130, fingerprint: [] };
  assert.ok(!spoilsRows('unit', [...known, labelsOnly]));
});
