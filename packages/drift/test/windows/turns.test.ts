import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch, ModelSpec } from '@driftloop/schemas';
import { noteOf } from '../../src/chunks/note.ts';
import type { SignalKind } from '../../src/signals/signal-kind.ts';
import type { Closing } from '../../src/windows/close-due.ts';
import { reducerOf } from '../../src/windows/reducer.ts';
import { finish } from '../../src/windows/steps.ts';
import { specOf } from '../spec-of.ts';
import { chunkWith, contextWith, NAMES } from './named-rows.ts';

/** How many windows have been tested. */
let tested = 0;

/** One finding of each group of rows, in which the rows are told. */
const KIND: SignalKind<string[]> = {
  signal: 'prediction',
  content: NAMES,
  test: ({ n, content }) => ({
    n: counted(n),
    findings: [
      {
        detector: 'ks',
        feature: content.join(''),
        statistic: 0,
        pValue: null,
        threshold: 0,
        expected: null,
        detail: '',
        severity: 0,
        drifted: false,
        changePoint: null,
      },
    ],
  }),
};

function counted(n: number): number {
  tested++;
  return n;
}

const SPEC = specOf({ numeric: 1, lengthMs: 100, idleMs: 1000 });

/**
 * What has been told of windows so far: [log time, start of the rows, end, rows]; only the models
 * that are named have a spec.
 */
function foldOf(...names: readonly string[]) {
  const reducer = reducerOf(KIND);
  const state = reducer.initial();
  const specs = new Map<string, ModelSpec>(names.map((name) => [name, { ...SPEC, model: name }]));
  const models = {
    of: (model: string) => {
      const spec = specs.get(model);
      return spec && contextWith(spec);
    },
  };
  return {
    reducer,
    state,
    specs,
    models,
    apply: (sketch: DriftSketch) => toldOf(reducer.apply(state, sketch, models)),
    steps: (sketch: DriftSketch) => reducer.steps(state, sketch, models),
  };
}

function toldOf(closings: readonly Closing[]) {
  return closings.map(({ logTime, signals }) => [
    logTime,
    ...signals.map(({ windowStart, windowEnd, feature }) => [windowStart, windowEnd, feature]),
  ]);
}

/** Partitions 0, 1, … have been read up to these log times. */
const read = (...times: readonly number[]) =>
  noteOf(
    'prediction',
    times.map((time, partition) => ({ partition, end: 0, time })),
    times.length,
  );

let row = 0;
/** A chunk of one row at an event time. @param at log time */
const rowAt = (time: number, at: number, more: Parameters<typeof chunkWith>[0] & { name?: string } = {}) => {
  const { name = `r${row++}`, ...rest } = more;
  const windows = [{ start: 100 * Math.floor(time / 100), names: [name] }];
  return chunkWith({ logTime: at, recent: [time], windows, ...rest });
};

test('at first nothing is known', () => {
  const { reducer, state } = foldOf('m');
  assert.deepEqual(state, {
    signal: 'prediction',
    topicId: '',
    before: [],
    partitions: 0,
    clocks: new Map(),
    heard: new Map(),
    settledUpTo: Number.MIN_SAFE_INTEGER,
    waitingBytes: 0,
    left: new Map(),
    models: new Map(),
  });
  assert.equal(reducer.signal, 'prediction');
  assert.deepEqual([reducer.waiting(state), reducer.versions(state, 'm')], [[], []]);
});

test('records of another signal, of a model without a spec, or of a format without log times change nothing', () => {
  const { state, apply } = foldOf('m');
  apply(read(5));
  const before = structuredClone(state);
  for (const sketch of [
    { ...read(50), signal: 'data' as const },
    rowAt(10, 20, { signal: 'data' }),
    rowAt(10, 20, { model: 'gone' }),
    rowAt(10, -1),
  ]) {
    assert.deepEqual(apply(sketch), []);
    assert.deepEqual(state, before);
  }
  apply(rowAt(10, 0));
  assert.equal(state.models.size, 1, 'a log time of 0 is one');
});

test('a note says how many partitions there are and how far they have been read; neither falls', () => {
  const { reducer, state, apply } = foldOf('m');
  apply(read(30, 20));
  assert.deepEqual([state.partitions, reducer.settledUpTo(state)], [2, 20]);
  apply(read(40));
  assert.deepEqual([state.partitions, reducer.settledUpTo(state)], [2, 20]);
  apply(noteOf('prediction', [{ partition: 1, end: 7, time: 50 }], 3));
  assert.deepEqual([state.partitions, reducer.settledUpTo(state)], [3, 20], 'of the third nobody has heard');
  assert.deepEqual(state.clocks.get(1), { end: 7, time: 50 });
});

test('a chunk says that its partition has been read up to its begin; of other models in it more may come', () => {
  const { reducer, state, apply } = foldOf('m', 'n');
  apply(read(0));
  apply(rowAt(10, 20, { chunkStart: 10 }));
  assert.deepEqual([state.heard.get(0), state.clocks.get(0)], [20, { end: 0, time: 0 }]);
  apply(rowAt(10, 20, { chunkStart: 10, model: 'n' }));
  assert.deepEqual(reducer.waiting(state), ['m', 'n']);
  assert.equal(reducer.settledUpTo(state), 0, 'only notes settle what closes of all models');
});

test('what waits for a partition is let go by chunks of its own model, and by notes', () => {
  const queued = ({ models }: ReturnType<typeof foldOf>['state'], model: string) =>
    models.get(model)?.queue.get(1)?.length ?? 0;
  const { state, apply } = foldOf('m', 'n');
  apply(read(0, 0));
  for (const model of ['m', 'n']) apply(rowAt(10, 15, { partition: 1, model }));
  assert.deepEqual([queued(state, 'm'), queued(state, 'n')], [1, 1]);
  apply(rowAt(10, 20));
  assert.deepEqual([queued(state, 'm'), queued(state, 'n')], [0, 1], 'n may still bring a row before 20');
  apply(rowAt(10, 12, { model: 'n' }));
  apply(rowAt(10, 14, { model: 'n', chunkStart: 10 }));
  assert.equal(queued(state, 'n'), 1);
  apply(read(16, 0));
  assert.equal(queued(state, 'n'), 0);
});

test('a chunk that comes again changes nothing', () => {
  const { state, apply } = foldOf('m');
  apply(read(0));
  const chunk = rowAt(10, 20, { name: 'a' });
  apply(chunk);
  apply(read(30));
  const before = structuredClone(state);
  assert.deepEqual(apply({ ...chunk, logTime: 90 }), []);
  assert.deepEqual(state, before);
});

test('a model waits while rows are in windows or in the queue, and not when all have been tested', () => {
  const { reducer, state, apply } = foldOf('m', 'n');
  apply(rowAt(10, 20, { name: 'a' }));
  assert.deepEqual(reducer.waiting(state), ['m'], 'its turn has not come');
  assert.deepEqual(reducer.versions(state, 'm'), [1]);
  apply(read(30));
  assert.deepEqual(reducer.waiting(state), ['m'], 'its window is open');
  apply(rowAt(110, 40, { chunkStart: 10, model: 'n', name: 'b' }));
  apply(chunkWith({ logTime: 45, chunkStart: 20, recent: [100], windows: [{ start: 0, names: ['c'] }] }));
  assert.deepEqual(reducer.waiting(state), ['n']);
});

test('a window closes with the chunk that shows that it is over, in the order of ends', () => {
  const { apply } = foldOf('m');
  apply(read(0));
  apply(rowAt(110, 10, { name: 'b' }));
  apply(rowAt(10, 20, { chunkStart: 10, name: 'a' }));
  assert.deepEqual(apply(rowAt(350, 30, { chunkStart: 20, name: 'c' })), [
    [30, [0, 100, 'a']],
    [30, [100, 200, 'b']],
  ]);
});

test('with a window close those that end with it, the one that began first before the others', () => {
  const { apply } = foldOf('m');
  apply(read(0));
  const windows = [
    { start: 100, names: ['b'] },
    { start: 0, lengthMs: 200, names: ['a'] },
    { start: 0, names: ['z'] },
  ];
  apply(chunkWith({ logTime: 10, recent: [150], windows }));
  assert.deepEqual(
    apply(rowAt(250, 30, { chunkStart: 10, name: 'c' })).map(([, told]) => told),
    [
      [0, 200, 'a'],
      [100, 200, 'b'],
    ],
  );
});

test('a window that waits for a silent partition closes at the log time at which that has been silent for long enough', () => {
  const { apply } = foldOf('m');
  apply(read(0, 0));
  apply(rowAt(10, 10, { name: 'a' }));
  apply(rowAt(20, 15, { partition: 1, name: 'z' }));
  apply(rowAt(120, 20, { chunkStart: 10, name: 'b' }));
  assert.deepEqual(apply(read(1019, 1019)), []);
  assert.deepEqual(apply(read(5000, 5000)), [[1020, [0, 100, 'az']]]);
});

test('one that has never brought a row is waited for so long after the first of all', () => {
  const { apply } = foldOf('m');
  apply(read(0, 0));
  apply(rowAt(10, 10, { name: 'a' }));
  apply(rowAt(120, 20, { chunkStart: 10, name: 'b' }));
  assert.deepEqual(apply(read(1009, 1009)), []);
  assert.deepEqual(apply(read(5000, 5000)), [[1010, [0, 100, 'a']]]);
});

test('a partition that the broker tells of is read before what is later in the log, though no note has told of it', () => {
  const { reducer, state, models } = foldOf('m');
  const input = { topicId: '', isAppendTime: true };
  const apply = (sketch: DriftSketch, ends: readonly number[]) =>
    toldOf(finish(reducer.steps(state, sketch, models, { offset: 0, input: { ...input, ends } })));
  apply(read(0), [0]);
  apply(rowAt(10, 10, { name: 'a' }), [10]);
  // Here the second partition comes, with a row that the drift service does not read yet.
  assert.deepEqual(apply(rowAt(120, 30, { chunkStart: 10, name: 'b' }), [20, 10]), []);
  assert.deepEqual(apply(read(5000), [20, 10]), [], 'the service does not know of it');
  assert.deepEqual(apply(rowAt(20, 20, { partition: 1, name: 'c' }), [20, 10]), []);
  assert.deepEqual(apply(rowAt(130, 40, { partition: 1, chunkStart: 10, name: 'd' }), [20, 20]), [
    [40, [0, 100, 'ac']],
  ]);
});

test('what is due before a chunk closes without it, at its time', () => {
  const { apply } = foldOf('m');
  apply(read(0, 0));
  apply(rowAt(10, 10, { name: 'a' }));
  apply(rowAt(120, 20, { chunkStart: 10, name: 'b' }));
  // Its rows come after the wait is over: one is late, one is in the next window.
  apply(
    chunkWith({
      partition: 1,
      logTime: 3000,
      recent: [30, 130],
      windows: [
        { start: 0, names: ['late'] },
        { start: 100, names: ['c'] },
      ],
    }),
  );
  assert.deepEqual(apply(read(4000, 4000)), [[1010, [0, 100, 'a']]]);
});

test('a chunk that a window had waited for is in it, and closes it, however long it had been passed', () => {
  const { apply } = foldOf('m');
  apply(read(0, 0));
  apply(rowAt(10, 10, { name: 'a' }));
  apply(rowAt(120, 20, { chunkStart: 10, name: 'b' }));
  apply(
    chunkWith({
      partition: 1,
      logTime: 500,
      recent: [30, 130],
      windows: [
        { start: 0, names: ['c'] },
        { start: 100, names: ['d'] },
      ],
    }),
  );
  assert.deepEqual(apply(read(600, 600)), [[500, [0, 100, 'ac']]]);
});

test('windows of a model whose spec is gone stay as they are, those of others close', () => {
  const { reducer, state, specs, apply } = foldOf('m', 'n');
  apply(read(0));
  apply(rowAt(10, 10, { name: 'a' }));
  apply(rowAt(10, 10, { model: 'n', name: 'b' }));
  // Wait for one another: the second partition has been silent.
  apply(read(10, 10));
  apply(rowAt(120, 20, { chunkStart: 10, name: 'c' }));
  apply(rowAt(120, 20, { chunkStart: 10, model: 'n', name: 'd' }));
  specs.delete('m');
  assert.deepEqual(apply(read(5000, 5000)), [[1010, [0, 100, 'b']]]);
  assert.deepEqual(reducer.waiting(state), ['m', 'n']);
});

test('the oldest window closes, with the chunk that brings more rows than may be held', () => {
  const { apply } = foldOf('m');
  apply(read(0, 0));
  // The second partition holds all windows open.
  for (let window = 0; window <= NAMES.mostRows; window++)
    apply(rowAt(100 * window, 10 + window, { chunkStart: 10 * window, name: `x${window}` }));
  assert.deepEqual(apply(read(30, 30)), [[10 + NAMES.mostRows, [0, 100, 'x0']]]);
});

test('a window far ahead of all rows gives way to them, and its own are counted', () => {
  const { state, apply } = foldOf('m');
  apply(read(0));
  const windows = [
    { start: 5000, names: ['a', 'b'] },
    { start: 6000, names: ['c'] },
    { start: 0, names: Array.from({ length: NAMES.mostRows - 1 }, () => 'x') },
  ];
  assert.deepEqual(apply(chunkWith({ logTime: 10, recent: [6000, 5000, 10], windows })), []);
  const fold = state.models.get('m');
  assert.deepEqual([fold?.ahead, [...(fold?.windows.keys() ?? [])]], [3, ['0/100']]);
});

test('the first record of a topic that was made anew ends what waits of the one before', () => {
  const { reducer, state, apply } = foldOf('m');
  apply({ ...read(0), topicId: 'old' });
  apply(rowAt(10, 10, { name: 'a', topicId: 'old' }));
  apply(rowAt(120, 20, { chunkStart: 10, name: 'b', partition: 2, topicId: 'old' }));
  // A record without an id is of the topic that is read.
  apply(read(1));
  assert.equal(state.topicId, 'old');
  const anew = rowAt(130, 5, { name: 'c', topicId: 'new' });
  assert.deepEqual([reducer.isAnew(state, anew), reducer.isAnew(state, read(0))], [true, false]);
  assert.deepEqual(apply(anew), [[1020, [0, 100, 'a']]]);
  assert.deepEqual([state.topicId, state.before], ['new', ['old']]);
  const fold = state.models.get('m');
  assert.deepEqual([...(fold?.queue.keys() ?? [])], [0], 'the new chunk waits for a note');
  // What still comes of the old one is not of this topic.
  const before = structuredClone(state);
  assert.deepEqual(apply(rowAt(140, 30, { chunkStart: 20, topicId: 'old' })), []);
  assert.deepEqual(state, before);
});

test('there is a step for each chunk that takes its turn, and one to see that no other does', () => {
  const { apply, steps } = foldOf('m');
  for (const [i, time] of [10, 20, 30].entries()) apply(rowAt(time, 10, { chunkStart: 10 * i, name: 'x' }));
  const taken = steps(read(50));
  let count = 0;
  let step = taken.next();
  for (; !step.done; step = taken.next()) count++;
  assert.deepEqual([count, step.value], [4, []]);
});

test('of the windows that a note lets close each is a step of its own', () => {
  const { apply, steps } = foldOf('m');
  apply(read(0, 0));
  // The other partition has nothing, and is waited for.
  for (let window = 0; window < 20; window++) {
    const [start, chunkStart] = [100 * window, 10 * window];
    const times = Array.from({ length: 30 }, () => start + 50);
    apply(rowAt(start + 50, 1 + window, { chunkStart, recent: times }));
  }
  const taken = steps(read(100_000, 100_000));
  let most = 0;
  let closed = 0;
  const before = tested;
  for (let last = before, step = taken.next(); ; step = taken.next()) {
    most = Math.max(most, tested - last);
    last = tested;
    if (!step.done) continue;
    closed = step.value.length;
    break;
  }
  assert.ok(closed >= 15, `${closed} windows have closed`);
  assert.equal(most, 1);
});
