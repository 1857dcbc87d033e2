import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyModel, versionsOf } from '../../src/windows/state.ts';
import { chunkWith, foldWith, groupOf, windowOf, windowsOf } from './named-rows.ts';

test('of a model that was not seen before nothing is known', () => {
  assert.deepEqual(emptyModel(), {
    queue: new Map(),
    queuedVersions: new Map(),
    partitions: new Map(),
    since: null,
    recent: [],
    windows: new Map(),
    pending: new Map(),
    closedEnd: Number.MIN_SAFE_INTEGER,
    late: 0,
    ahead: 0,
    memory: new Map(),
    watches: new Map(),
    stretches: new Map(),
    watchedEnd: Number.MIN_SAFE_INTEGER,
  });
  assert.deepEqual(versionsOf(emptyModel()), []);
  assert.deepEqual(versionsOf(undefined), []);
});

test('versions are those of all rows that have not been tested: pending, in windows, in stretches, in chunks that wait', () => {
  const fold = foldWith({
    pending: new Map([['12', { ...groupOf(['a'], 12), start: 0 }]]),
    windows: windowsOf(
      windowOf(0, [groupOf(['b'], 9), groupOf(['c'], 100)]),
      windowOf(100, [groupOf(['d'], 10)]),
    ),
    queue: new Map([
      [0, [chunkWith({ windows: [{ start: 0, version: 2, names: ['e'] }] })]],
      [1, [chunkWith(), chunkWith({ windows: [{ start: 0, version: 11, names: ['f'] }] })]],
    ]),
    memory: new Map([[3, {}]]),
    stretches: new Map([
      ['0/7', { start: 0, end: 7, passedSince: null, rows: [], saved: [], held: 1, versions: new Set([7]) }],
    ]),
  });
  assert.deepEqual(versionsOf(fold), [2, 7, 9, 10, 11, 12, 100]);
});
