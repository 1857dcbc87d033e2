import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal } from '@driftloop/schemas';
import { collect } from '../../src/ensemble/collect.ts';
import { newModel } from '../../src/ensemble/state.ts';

const SIGNAL: DriftSignal = {
  model: 'm',
  version: 1,
  windowStart: 0,
  windowEnd: 1000,
  signal: 'data',
  detector: 'ks',
  feature: 'f0',
  statistic: 0.05,
  pValue: 0.5,
  threshold: 0.1,
  expected: 0.04,
  detail: '',
  n: 300,
  severity: 0.1,
  drifted: false,
  changePoint: null,
  rival: null,
  eValue: null,
  ordinal: 0,
  total: 2,
  late: 0,
  ahead: 0,
  through: [],
};

/** Results of windows of a second, in their order. */
interface Result {
  readonly end?: number;
  readonly version?: number;
  readonly ordinal?: number;
  readonly total?: number;
}

/** What came of each result: the number of items of the window that it completed. */
function collected(...results: readonly Result[]) {
  const state = newModel().signals.data;
  return results.map(({ end = 1000, version = 1, ordinal = 0, total = 1 }) => {
    const signal = { ...SIGNAL, windowStart: end - 1000, windowEnd: end, version, ordinal, total };
    return collect(state, signal)?.items.length ?? null;
  });
}

test('a window is complete with its last result, and holds all of them in their order', () => {
  const state = newModel().signals.data;
  assert.equal(collect(state, SIGNAL), undefined);
  assert.equal(state.taken, null);
  const window = collect(state, { ...SIGNAL, ordinal: 1, feature: 'f1' });
  assert.deepEqual(
    { ...window, items: window?.items.map(({ feature }) => feature) },
    { start: 0, end: 1000, version: 1, n: 300, items: ['f0', 'f1'] },
  );
  assert.deepEqual([state.taken, state.collecting], [{ end: 1000, version: 1 }, null]);
});

test('windows are taken in the order of end and version, and each once', () => {
  assert.deepEqual(
    collected(
      {},
      {},
      { version: 2 },
      { version: 1 },
      { end: 2000 },
      { version: 3 },
      { end: 2000 },
      { end: 2000, version: 2 },
    ),
    [1, null, 1, null, 1, null, null, 1],
  );
});

test('a result that does not follow the one before it is left out, and its window with it', () => {
  const part = (ordinal: number, more: Result = {}) => ({ ordinal, total: 3, ...more });
  assert.deepEqual(collected(part(0), part(2), part(1), part(2)), [null, null, null, 3]);
  assert.deepEqual(collected(part(1), part(2)), [null, null]);
  assert.deepEqual(collected(part(0), part(1, { version: 2 }), part(1), part(2)), [null, null, null, 3]);
  assert.deepEqual(collected(part(0), part(1, { version: 2 }), part(2)), [null, null, null]);
  assert.deepEqual(collected(part(0), part(1, { end: 2000 }), part(2)), [null, null, null]);
  assert.deepEqual(collected(part(0), part(1, { end: 2000 }), part(1), part(2)), [null, null, null, 3]);
});

test('a window that begins again is collected anew', () => {
  const part = (ordinal: number, more: Result = {}) => ({ ordinal, total: 2, ...more });
  assert.deepEqual(collected(part(0), part(0), part(1)), [null, null, 2]);
  assert.deepEqual(collected(part(0), part(0, { end: 2000 }), part(1), part(1, { end: 2000 })), [
    null,
    null,
    null,
    2,
  ]);
});
