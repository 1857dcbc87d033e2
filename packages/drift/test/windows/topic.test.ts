import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartitionFold, ReducerState } from '../../src/windows/state.ts';
import { readAnew, topicOf } from '../../src/windows/topic-made-anew.ts';
import { chunkWith, foldWith, groupOf, windowOf, windowsOf } from './named-rows.ts';

function stateOf(given: Partial<ReducerState<string[]>>): ReducerState<string[]> {
  return {
    signal: 'prediction',
    topicId: 'now',
    before: ['older', 'old'],
    partitions: 2,
    clocks: new Map([[1, { end: 10, time: 20 }]]),
    heard: new Map([[1, 25]]),
    settledUpTo: 20,
    waitingBytes: 0,
    left: new Map(),
    models: new Map(),
    ...given,
  };
}

test('a record is of the topic that is read, of one before it, or of another', () => {
  const of = (id: string, given = {}) => topicOf(stateOf(given), id);
  assert.deepEqual(
    ['now', '', 'old', 'older', 'new'].map((id) => of(id)),
    ['same', 'same', 'before', 'before', 'other'],
  );
  assert.equal(of('new', { topicId: '', before: [] }), 'same');
});

test('a topic that is made anew is read from its start; the last eight before it are remembered', () => {
  const state = stateOf({});
  readAnew(state, 'new');
  assert.deepEqual(
    state,
    stateOf({
      topicId: 'new',
      before: ['older', 'old', 'now'],
      partitions: 0,
      clocks: new Map(),
      heard: new Map(),
      settledUpTo: Number.MIN_SAFE_INTEGER,
    }),
  );
  for (let i = 1; i <= 6; i++) readAnew(state, `new${i}`);
  assert.deepEqual(state.before, ['old', 'now', 'new', 'new1', 'new2', 'new3', 'new4', 'new5']);
});

const partition = (given: Partial<PartitionFold>): PartitionFold => ({
  end: 30,
  logTime: 40,
  recent: [5],
  steps: [],
  ...given,
});

test('rows stay in their windows, which have to be passed again; late ones stay counted', () => {
  const stays = {
    recent: [1, 2],
    pending: new Map([['1', { ...groupOf(['a']), start: 0 }]]),
    closedEnd: 100,
    late: 3,
    ahead: 4,
    queue: new Map([[0, [chunkWith()]]]),
    memory: new Map([[1, { ks: 1 }]]),
  };
  const fold = foldWith({
    ...stays,
    since: 10,
    windows: windowsOf(windowOf(100, [groupOf(['b'])], 30), windowOf(200)),
    partitions: new Map([
      [
        0,
        partition({
          steps: [
            { end: 10, frontier: 110, late: 1 },
            { end: 20, frontier: 120, late: 2 },
            { end: 30, frontier: 130, late: 4 },
          ],
        }),
      ],
      [1, partition({})],
    ]),
  });
  readAnew(stateOf({ models: new Map([['m', fold]]) }), 'new');
  assert.deepEqual(
    fold,
    foldWith({
      ...stays,
      since: null,
      windows: windowsOf(windowOf(100, [groupOf(['b'])]), windowOf(200)),
      partitions: new Map([
        [0, partition({ end: 0, logTime: 0, steps: [{ end: 0, frontier: 130, late: 7 }] })],
        [1, partition({ end: 0, logTime: 0 })],
      ]),
    }),
  );
});
