import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WindowRecord } from '../../src/selection/history.ts';
import { selectData } from '../../src/selection/select.ts';

const record = (window: number, labelled = 100, shift = 0): WindowRecord => ({
  start: window * 10,
  end: window * 10 + 10,
  labelled,
  score: 0.8,
  version: 1,
  fingerprint: [shift, 0],
});

const history = (shifts: readonly number[]): WindowRecord[] =>
  shifts.map((shift, i) => record(i, 100, shift));

test('everything since the change is taken whole, and the past below it as far as it fits', () => {
  const { ranges, rows, presentRows } = selectData({
    history: history([0, 0, 0, 5, 5, 5]),
    presentFrom: 30,
    policy: { minLabels: 100, maxRows: 500 },
  });
  assert.equal(rows, 500);
  assert.equal(presentRows, 300);
  assert.deepEqual(
    ranges.map(({ from, to, weight }) => [from, to, weight]),
    [
      [10, 30, 0.7],
      [30, 60, 1],
    ],
  );
});

test('when labels are too few, the windows before the change are taken too, down-weighted', () => {
  const { ranges, rows, presentRows } = selectData({
    history: history([0, 0, 0, 5]),
    presentFrom: 30,
    policy: { minLabels: 250, maxRows: 300 },
  });
  assert.equal(presentRows, 100);
  assert.equal(rows, 300);
  assert.deepEqual(
    ranges.map(({ from, weight, reason }) => [from, weight, reason]),
    [
      [10, 0.7, 'before the change, to have enough labels'],
      [30, 1, 'since the change'],
    ],
  );
});

test('of older windows those that resemble the present come first, and count fully', () => {
  const { ranges } = selectData({
    history: history([5, 5, 0, 0, 0, 5, 5.05]),
    presentFrom: 50,
    policy: { minLabels: 100, maxRows: 500 },
  });
  assert.deepEqual(
    ranges.map(({ from, to, weight, reason }) => [from, to, weight, reason]),
    [
      [0, 20, 1, 'older, resembles the present'],
      [40, 50, 0.7, 'before the change, as far as it still holds'],
      [50, 70, 1, 'since the change'],
    ],
  );
});

test('ranges ascend, do not overlap, hold only labelled windows, and no more rows than one window beyond maxRows', () => {
  const window = fc.tuple(fc.nat(200), fc.integer({ min: -3, max: 3 }));
  fc.assert(
    fc.property(
      fc.array(window, { maxLength: 30 }),
      fc.nat(300),
      fc.nat(1500),
      fc.integer({ min: 1, max: 2000 }),
      (windows, presentFrom, minLabels, maxRows) => {
        const records = windows.map(([labelled, shift], i) => record(i, labelled, shift));
        const { ranges, rows } = selectData({
          history: records,
          presentFrom,
          policy: { minLabels, maxRows },
        });
        ranges.forEach(({ from, to, weight }, i) => {
          assert.ok(to > from && weight > 0 && weight <= 1);
          assert.ok(i === 0 || from >= (ranges[i - 1]?.to ?? 0));
        });
        const covered = records.filter(({ start }) =>
          ranges.some(({ from, to }) => start >= from && start < to),
        );
        assert.equal(
          covered.reduce((sum, { labelled }) => sum + labelled, 0),
          rows,
        );
        assert.ok(covered.every(({ labelled }) => labelled > 0));
        assert.ok(rows < maxRows + 200);
        const all = records.reduce((sum, { labelled }) => sum + labelled, 0);
        assert.ok(rows >= Math.min(minLabels, maxRows, all));
      },
    ),
  );
});

test('a window of which the inputs show a fault is never chosen, nor is one that overlaps it', () => {
  const windows = history([0, 0, 0, 0]);
  windows[1]!.inputs = { version: 1, faults: ['unit'] };
  // Labels came in a window that was merged otherwise than that of the inputs.
  const merged = { ...record(4), end: 60 };
  const inputs: WindowRecord = { ...record(5, 0), inputs: { version: 1, faults: ['nulls'] } };
  const { ranges, rows } = selectData({
    history: [...windows, merged, inputs],
    presentFrom: 0,
    policy: { minLabels: 1000, maxRows: 1000 },
  });
  assert.deepEqual(
    ranges.map(({ from, to }) => [from, to]),
    [
      [0, 10],
      [20, 40],
    ],
  );
  assert.equal(rows, 300);
});
