import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { createReducer, noteOf } from '../../src/index.ts';
import { chunkOf, contextOf, profileOf, rowsOf, signalsFrom, specOf } from '../fixtures.ts';
import { sceneOf, tested } from './scene.ts';

const random = createRandom(5);

test('a window closes when the slowest partition has passed its end', () => {
  const { push } = sceneOf({}, 2);
  assert.deepEqual(push(0, 0, [10, 20, 250]), []);
  assert.deepEqual(push(1, 0, [30, 120]), []);
  // Another chunk of the same log time may still come first; with the next one it cannot.
  const [signal] = push(0, 1, [260]);
  assert.deepEqual(signal && tested(signal), { windowStart: 0, windowEnd: 100, version: 1, n: 3, late: 0 });
});

test('a partition that was never heard of holds windows back for partitionIdleMs of log time', () => {
  const { push, read } = sceneOf({ idleMs: 500 }, 2);
  assert.deepEqual(push(0, 0, [10, 250], { at: 1 }), []);
  assert.deepEqual(read(500), []);
  assert.deepEqual(read(501).map(tested), [{ windowStart: 0, windowEnd: 100, version: 1, n: 1, late: 0 }]);
});

test('a slow partition is waited for while it is not silent for longer; after that its rows are late', () => {
  for (const [pause, expected] of [
    [501, [{ windowStart: 0, windowEnd: 100, version: 1, n: 3, late: 0 }]],
    [502, [{ windowStart: 0, windowEnd: 100, version: 1, n: 2, late: 0 }]],
  ] as const) {
    const { push, read } = sceneOf({ idleMs: 500 }, 2);
    push(1, 0, [20], { at: 1 });
    const first = push(0, 0, [10, 250], { at: 2 });
    // At the very moment the wait ends the window closes, and then the chunk comes.
    const then = push(1, 1, [30, 130], { at: pause });
    assert.deepEqual([...first, ...then, ...read(600)].map(tested), expected, `a pause of ${pause} ms`);
    assert.deepEqual(
      [...push(0, 1, [260, 270], { at: 601 }), ...push(1, 2, [280], { at: 602 }), ...read(603)].map(tested),
      [{ windowStart: 100, windowEnd: 200, version: 1, n: 1, late: pause === 501 ? 0 : 1 }],
    );
  }
});

test('a partition that was silent holds back again with its next row', () => {
  const { push, read } = sceneOf({ idleMs: 500 }, 2);
  push(1, 0, [20], { at: 1 });
  push(0, 0, [10, 120], { at: 2 });
  assert.equal(read(700).length, 1);
  assert.deepEqual(push(1, 1, [130], { at: 701 }), []);
  assert.deepEqual(push(0, 1, [320], { at: 702 }), []);
  push(1, 2, [340], { at: 703 });
  assert.deepEqual(read(704).map(tested), [{ windowStart: 100, windowEnd: 200, version: 1, n: 2, late: 0 }]);
});

test('while nothing comes, windows that rows lie beyond close, and those that none does stay open', () => {
  const { push, read, state } = sceneOf({ idleMs: 500 }, 2);
  push(0, 0, [10, 110]);
  push(1, 0, [20, 350]);
  assert.deepEqual(read(1_000_000).map(tested), [
    { windowStart: 0, windowEnd: 100, version: 1, n: 2, late: 0 },
    { windowStart: 100, windowEnd: 200, version: 1, n: 1, late: 0 },
  ]);
  assert.deepEqual([...(state.models.get('m')?.windows.keys() ?? [])], ['300/400']);
});

test('windows merge until they hold minSamples', () => {
  const { push } = sceneOf({ minSamples: 4 }, 1);
  assert.deepEqual(push(0, 0, [10, 20, 110]), []);
  assert.deepEqual(push(0, 1, [120, 210]).map(tested), [
    { windowStart: 0, windowEnd: 200, version: 1, n: 4, late: 0 },
  ]);
});

test('a window never mixes versions; the rest of a replaced version goes with the next full window', () => {
  const { push } = sceneOf({ minSamples: 2 }, 1);
  push(0, 0, [10, 20, 30, 110]);
  push(0, 1, [150, 160], { version: 2 });
  assert.deepEqual(push(0, 2, [210, 310], { version: 2 }).map(tested), [
    { windowStart: 100, windowEnd: 200, version: 2, n: 2, late: 0 },
  ]);
  assert.deepEqual(push(0, 3, [220, 320, 330, 410], { version: 2 }).map(tested), [
    { windowStart: 100, windowEnd: 400, version: 1, n: 1, late: 1 },
    { windowStart: 200, windowEnd: 400, version: 2, n: 4, late: 1 },
  ]);
});

test('rows whose window had closed before their chunk are late, and are counted with the next signal', () => {
  const { push } = sceneOf({ latenessMs: 50 }, 1);
  push(0, 0, [10, 160]);
  assert.deepEqual(
    push(0, 1, [20, 120, 270]).map(({ late }) => late),
    [1],
  );
});

test('a record that repeats a chunk, or begins within one, changes nothing', () => {
  const { push } = sceneOf({}, 1);
  push(0, 0, [10, 20, 30]);
  push(0, 0, [10, 20, 30]);
  push(0, 0, [10]);
  push(0, 0.5, [40, 50]);
  assert.deepEqual(
    push(0, 1, [130]).map(({ n }) => n),
    [3],
  );
});

test('of rows within a chunk none is late, in whatever order they are', () => {
  const { push } = sceneOf({}, 1);
  assert.deepEqual(
    push(0, 0, [10, 20, 110, 30, 120]).map(({ n, late }) => [n, late]),
    [[3, 0]],
  );
});

test('through says where each partition first passed the window, however far others had been read', () => {
  const { push, read } = sceneOf({}, 2);
  push(0, 0, [10, 90]);
  push(0, 1, [120]);
  push(0, 2, [130]);
  push(1, 0, [20, 500]);
  const [signal] = read(100);
  assert.deepEqual(signal?.through, [
    { partition: 0, offset: 20 },
    { partition: 1, offset: 10 },
  ]);
});

test('what is known of one model does not wait for another that is slow', () => {
  const spec = specOf({ numeric: 1, lengthMs: 100 });
  const other = { ...spec, model: 'other' };
  const profile = profileOf(spec, 200);
  const contexts = [contextOf(spec, profile), contextOf(other, profile)];
  const models = { of: (model: string) => contexts.find((context) => context.spec.model === model) };
  const reducer = createReducer('prediction');
  const state = reducer.initial();
  const push = (context: (typeof contexts)[number], number: number, times: readonly number[]) => {
    const place = { partition: 0, chunkStart: 10 * number, chunkEnd: 10 * number + 10, logTime: number };
    return chunkOf('prediction', context, place, rowsOf(spec, times.length, random), times);
  };
  const [fast, slow] = contexts as [(typeof contexts)[number], (typeof contexts)[number]];
  const log = [
    noteOf('prediction', [{ partition: 0, end: 0, time: 0 }], 1),
    ...push(slow, 0, [10, 20]),
    ...push(fast, 0, [10, 20]),
    ...[1, 2, 3, 4, 5].flatMap((number) => push(fast, number, [100 * number, 100 * number + 50])),
    ...push(slow, 6, [30, 150]),
  ];
  const windows = log
    .flatMap((sketch) => reducer.apply(state, sketch, models))
    .flatMap(({ signals }) => signals)
    .filter(({ ordinal }) => ordinal === 0)
    .map(({ model, windowStart, n, late }) => [model, windowStart, n, late]);
  assert.deepEqual(windows, [
    ...[0, 100, 200, 300, 400].map((start) => ['m', start, 2, 0]),
    ['other', 0, 3, 0],
  ]);
});

test('a spec that changes the length of windows leaves those on their way as they were cut', () => {
  const spec = specOf({ numeric: 1, lengthMs: 100 });
  const profile = profileOf(spec, 200);
  const longer = { ...spec, window: { ...spec.window, lengthMs: 300 } };
  const reducer = createReducer('prediction');
  const state = reducer.initial();
  const first = chunkOf(
    'prediction',
    contextOf(spec, profile),
    { partition: 0, chunkStart: 0, chunkEnd: 10 },
    rowsOf(spec, 2, random),
    [10, 20],
  );
  const second = chunkOf(
    'prediction',
    contextOf(longer, profile),
    { partition: 0, chunkStart: 10, chunkEnd: 20 },
    rowsOf(spec, 2, random),
    [310, 650],
  );
  const windows = [...first, ...second]
    .flatMap((sketch) => signalsFrom(reducer, state, sketch, contextOf(longer, profile)))
    .filter(({ ordinal }) => ordinal === 0)
    .map(({ windowStart, windowEnd }) => [windowStart, windowEnd]);
  assert.deepEqual(windows, [
    [0, 100],
    [300, 600],
  ]);
});

test('a checkpoint of another signal is refused', () => {
  const text = createReducer('data').codec.encode(createReducer('data').initial());
  assert.throws(() => createReducer('concept').codec.decode(text), { code: 'DATA_INVALID' });
});

test('the state names the versions whose rows it holds, so that their profiles can be loaded after a restart', () => {
  const spec = specOf({ numeric: 1, lengthMs: 100 });
  const context = contextOf(spec, profileOf(spec, 200));
  const reducer = createReducer('concept');
  const state = reducer.initial();
  const chunks = [3, 4].flatMap((version, i) =>
    chunkOf(
      'concept',
      context,
      { partition: i, chunkStart: 0, chunkEnd: 10 },
      rowsOf(spec, 1, random),
      [10],
      version,
    ),
  );
  for (const sketch of chunks) signalsFrom(reducer, state, sketch, context);
  assert.deepEqual(reducer.versions(reducer.codec.decode(reducer.codec.encode(state)), 'm'), [3, 4]);
  assert.deepEqual(reducer.versions(state, 'other'), []);
});
