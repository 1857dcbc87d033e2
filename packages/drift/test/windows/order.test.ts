import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch } from '@driftloop/schemas';
import fc from 'fast-check';
import {
  advanceClock,
  dequeue,
  dequeueAll,
  enqueue,
  nextChunk,
  readToTheEnd,
  readUpTo,
} from '../../src/windows/order.ts';
import { type ReducerState, versionsOf } from '../../src/windows/state.ts';
import { chunkWith, foldWith } from './named-rows.ts';

type Clocks = readonly (readonly [partition: number, time: number, end?: number])[];

function stateWith(
  partitions: number,
  clocks: Clocks = [],
  models: ReducerState<string[]>['models'] = new Map(),
) {
  const state: ReducerState<string[]> = {
    signal: 'prediction',
    topicId: '',
    before: [],
    partitions,
    clocks: new Map(clocks.map(([partition, time, end = 0]) => [partition, { end, time }])),
    heard: new Map(),
    settledUpTo: 0,
    waitingBytes: 0,
    left: new Map(),
    models,
  };
  return state;
}

/** A fold in which these chunks wait. */
function queueOf(...chunks: readonly DriftSketch[]) {
  const fold = foldWith();
  for (const chunk of chunks) assert.ok(enqueue(fold, chunk));
  return fold;
}

const MOST = Number.MAX_SAFE_INTEGER;

test('a clock never goes back, neither in offsets nor in time', () => {
  const state = stateWith(1);
  advanceClock(state, 0, { end: 10, time: -5 });
  assert.deepEqual(state.clocks.get(0), { end: 10, time: -5 });
  advanceClock(state, 0, { end: 9, time: 6 });
  assert.deepEqual(state.clocks.get(0), { end: 10, time: 6 });
  advanceClock(state, 0, { end: 11, time: 5 });
  assert.deepEqual(state.clocks.get(0), { end: 11, time: 6 });
});

test('a clock of a partition beyond the known ones makes them more; while none is known it says nothing of the number', () => {
  const [unknown, known] = [stateWith(0), stateWith(2)];
  for (const state of [unknown, known])
    for (const partition of [1, 3]) advanceClock(state, partition, { end: 0, time: 0 });
  assert.deepEqual([unknown.partitions, known.partitions], [0, 4]);
});

test('all has been read up to the time of the partition that is last, and up to none while one is unknown', () => {
  assert.equal(
    readUpTo(
      stateWith(3, [
        [0, 30],
        [1, 10],
        [2, 20],
        [3, 5],
      ]),
    ),
    10,
  );
  assert.equal(readUpTo(stateWith(2, [[0, 30]])), Number.NEGATIVE_INFINITY);
  assert.equal(readUpTo(stateWith(0, [[0, 30]])), Number.NEGATIVE_INFINITY);
});

test('at the end of a topic every partition has been read, also those of which only chunks are known', () => {
  const models = new Map([
    ['a', queueOf(chunkWith({ partition: 2 }))],
    ['b', queueOf(chunkWith({ partition: 1 }))],
  ]);
  const state = stateWith(0, [], models);
  readToTheEnd(state);
  assert.equal(state.partitions, 3);
  assert.equal(readUpTo(state), MOST);
  assert.deepEqual(
    [...state.clocks.values()],
    [0, 1, 2].map(() => ({ end: MOST, time: MOST })),
  );
  const alone = stateWith(2);
  readToTheEnd(alone);
  assert.deepEqual([alone.partitions, alone.clocks.size], [2, 2]);
});

test('a chunk that begins before the end of what is known is a repetition', () => {
  const fold = foldWith({ partitions: new Map([[0, { end: 20, logTime: 0, recent: [], steps: [] }]]) });
  assert.equal(enqueue(fold, chunkWith({ chunkStart: 19 })), false);
  assert.equal(fold.queue.size, 0);
  assert.equal(enqueue(fold, chunkWith({ chunkStart: 20 })), true);
  // What waits counts more than what was taken.
  assert.equal(enqueue(fold, chunkWith({ chunkStart: 20 })), false);
  assert.equal(enqueue(fold, chunkWith({ chunkStart: 29 })), false);
  assert.equal(enqueue(fold, chunkWith({ chunkStart: 30 })), true);
  assert.equal(enqueue(fold, chunkWith({ partition: 1 })), true);
  assert.deepEqual(
    [...fold.queue].map(([partition, chunks]) => [partition, chunks.map(({ chunkStart }) => chunkStart)]),
    [
      [0, [20, 30]],
      [1, [0]],
    ],
  );
});

test("a partition's log time never falls from chunk to chunk", () => {
  const fold = foldWith({ partitions: new Map([[0, { end: 0, logTime: 50, recent: [], steps: [] }]]) });
  const chunks = [40, 60, 55].map((logTime, i) => chunkWith({ chunkStart: 10 * i, logTime }));
  for (const chunk of chunks) enqueue(fold, chunk);
  assert.deepEqual(
    fold.queue.get(0)?.map(({ logTime }) => logTime),
    [50, 60, 60],
  );
  assert.deepEqual(
    chunks.map(({ logTime }) => logTime),
    [40, 60, 55],
    'the records are as they were',
  );
});

test('the turn goes by log time, then by partition, then by offset', () => {
  const state = stateWith(3, [
    [0, 100],
    [1, 100],
    [2, 100],
  ]);
  const fold = queueOf(
    chunkWith({ partition: 2, logTime: 10 }),
    chunkWith({ partition: 1, logTime: 10 }),
    chunkWith({ partition: 1, logTime: 10, chunkStart: 10 }),
    chunkWith({ partition: 0, logTime: 20 }),
  );
  const turns: unknown[] = [];
  for (let chunk = nextChunk(state, fold); chunk; chunk = nextChunk(state, fold)) {
    turns.push([chunk.logTime, chunk.partition, chunk.chunkStart]);
    dequeue(fold, chunk);
  }
  assert.deepEqual(turns, [
    [10, 1, 0],
    [10, 1, 10],
    [10, 2, 0],
    [20, 0, 0],
  ]);
  assert.equal(fold.queue.size, 0);
});

test('a chunk waits while another partition may bring one that comes before it', () => {
  const fold = queueOf(chunkWith({ partition: 1, logTime: 10 }));
  const isNext = (...clocks: Clocks) => nextChunk(stateWith(3, clocks), fold) !== undefined;
  // At the same log time a lower partition comes first, a higher one after it.
  assert.equal(isNext([0, 11], [2, 10]), true);
  assert.equal(isNext([0, 10], [2, 10]), false);
  assert.equal(isNext([0, 11], [2, 9]), false);
  assert.equal(isNext([0, 11]), false);
  assert.equal(isNext([2, 11]), false);
});

test('a chunk does not wait for its own partition, and for nobody in a topic of one', () => {
  const fold = queueOf(chunkWith({ logTime: 10 }));
  assert.notEqual(nextChunk(stateWith(1, [[0, 5]]), fold), undefined);
  assert.notEqual(nextChunk(stateWith(1), fold), undefined);
});

test('nothing has its turn while the number of partitions is unknown, or when nothing waits', () => {
  assert.equal(nextChunk(stateWith(0, [[0, 50]]), queueOf(chunkWith())), undefined);
  assert.equal(nextChunk(stateWith(1, [[0, 50]]), foldWith()), undefined);
});

test('a chunk is taken out of the queue of its partition alone', () => {
  const fold = queueOf(chunkWith(), chunkWith({ chunkStart: 10 }), chunkWith({ partition: 1 }));
  dequeue(fold, chunkWith());
  assert.deepEqual(
    [fold.queue.get(0)?.map(({ chunkStart }) => chunkStart), fold.queue.get(1)?.length],
    [[10], 1],
  );
  dequeue(fold, chunkWith({ partition: 1 }));
  assert.deepEqual([...fold.queue.keys()], [0]);
  dequeue(fold, chunkWith({ partition: 7 }));
  assert.deepEqual([...fold.queue.keys()], [0]);
});

test('the versions of what waits are those of its windows, however chunks come and go', () => {
  const windows = fc.array(
    fc.record({ start: fc.constant(0), version: fc.integer({ min: 1, max: 4 }), names: fc.constant(['a']) }),
    { maxLength: 3 },
  );
  const move = fc.oneof(
    { weight: 6, arbitrary: fc.record({ partition: fc.integer({ min: 0, max: 2 }), windows }) },
    { weight: 4, arbitrary: fc.record({ out: fc.integer({ min: 0, max: 2 }) }) },
    { weight: 1, arbitrary: fc.constant('all' as const) },
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const fold = foldWith();
      for (const [i, given] of moves.entries()) {
        if (given === 'all') dequeueAll(fold);
        else if ('out' in given) dequeue(fold, chunkWith({ partition: given.out }));
        else enqueue(fold, chunkWith({ ...given, chunkStart: 10 * i }));
        const waiting = [...fold.queue.values()].flat().flatMap((chunk) => chunk.windows);
        assert.deepEqual(
          versionsOf(fold),
          [...new Set(waiting.map(({ version }) => version))].sort((a, b) => a - b),
        );
      }
    }),
  );
});
