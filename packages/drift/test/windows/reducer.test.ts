import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftSketch } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { createReducer, type ModelContext } from '../../src/index.ts';
import { chunkOf, contextOf, profileOf, rowsOf, specOf } from '../fixtures.ts';

const random = createRandom(5);

function scene(options: Parameters<typeof specOf>[0], partitions: number) {
  const spec = specOf({ numeric: 1, lengthMs: 100, ...options });
  const context: ModelContext = contextOf(spec, profileOf(spec, 200));
  const reducer = createReducer('prediction');
  const state = reducer.initial();
  return {
    push(
      partition: number,
      chunk: number,
      times: readonly number[],
      more: { end?: number; idle?: boolean; version?: number } = {},
    ): DriftSignal[] {
      const chunkStart = 10 * chunk;
      const place = {
        partition,
        chunkStart,
        chunkEnd: more.end ?? chunkStart + 10,
        idle: more.idle ?? false,
      };
      const rows = rowsOf(spec, Math.max(1, times.length), random);
      const sketches: DriftSketch[] = chunkOf('prediction', context, place, rows, times, more.version ?? 1);
      return sketches
        .flatMap((sketch) => reducer.apply(state, sketch, context, { partitions }).signals)
        .filter(({ ordinal }) => ordinal === 0);
    },
  };
}

const summary = ({ windowStart, windowEnd, version, n, late }: DriftSignal) => ({
  windowStart,
  windowEnd,
  version,
  n,
  late,
});

test('a window closes when the slowest partition has passed its end', () => {
  const { push } = scene({}, 2);
  assert.deepEqual(push(0, 0, [10, 20, 250]), []);
  const [signal] = push(1, 0, [30, 120]);
  assert.deepEqual(signal && summary(signal), { windowStart: 0, windowEnd: 100, version: 1, n: 3, late: 0 });
});

test('a partition that was never heard of holds windows back, until it says that it is idle', () => {
  const { push } = scene({}, 2);
  assert.deepEqual(push(0, 0, [10, 250]), []);
  assert.equal(push(1, 0, [], { end: 0, idle: true }).length, 1);
});

test('an idle partition holds back again with its next record', () => {
  const { push } = scene({}, 2);
  push(0, 0, [10, 120]);
  push(1, 0, [20], { end: 3, idle: true });
  assert.deepEqual(push(1, 0, [20, 130]), []);
  assert.deepEqual(push(0, 1, [320]), []);
  assert.deepEqual(push(1, 1, [340]).map(summary), [
    { windowStart: 100, windowEnd: 200, version: 1, n: 2, late: 0 },
  ]);
});

test('when all partitions are idle, the fastest decides', () => {
  const { push } = scene({}, 2);
  push(0, 0, [10, 110], { end: 2, idle: true });
  assert.equal(push(1, 0, [20, 350], { end: 2, idle: true }).length, 2);
});

test('windows merge until they hold minSamples', () => {
  const { push } = scene({ minSamples: 4 }, 1);
  assert.deepEqual(push(0, 0, [10, 20, 110]), []);
  assert.deepEqual(push(0, 1, [120, 210]).map(summary), [
    { windowStart: 0, windowEnd: 200, version: 1, n: 4, late: 0 },
  ]);
});

test('a window never mixes versions; the rest of a replaced version goes with the next full window', () => {
  const { push } = scene({ minSamples: 2 }, 1);
  push(0, 0, [10, 20, 30, 110]);
  push(0, 1, [150, 160], { version: 2 });
  assert.deepEqual(push(0, 2, [210, 310], { version: 2 }).map(summary), [
    { windowStart: 100, windowEnd: 200, version: 2, n: 2, late: 0 },
  ]);
  assert.deepEqual(push(0, 3, [220, 320, 330, 410], { version: 2 }).map(summary), [
    { windowStart: 100, windowEnd: 400, version: 1, n: 1, late: 1 },
    { windowStart: 200, windowEnd: 400, version: 2, n: 4, late: 1 },
  ]);
});

test('rows whose window had closed before their chunk are late, and are counted with the next signal', () => {
  const { push } = scene({ latenessMs: 50 }, 1);
  push(0, 0, [10, 160]);
  assert.deepEqual(
    push(0, 1, [20, 120, 270]).map(({ late }) => late),
    [1],
  );
});

test('a record that repeats a chunk, or has less of it, changes nothing; one with more takes its place', () => {
  const { push } = scene({}, 1);
  push(0, 0, [10, 20], { end: 2, idle: true });
  push(0, 0, [10], { end: 1, idle: true });
  push(0, 0, [10, 20], { end: 2, idle: true });
  push(0, 0, [10, 20, 30]);
  assert.deepEqual(
    push(0, 1, [130]).map(({ n }) => n),
    [3],
  );
});

test('what a chunk brings to a window after it closed is late', () => {
  const { push } = scene({}, 1);
  assert.deepEqual(
    push(0, 0, [10, 20, 110], { end: 3, idle: true }).map(({ n }) => n),
    [2],
  );
  push(0, 0, [10, 20, 110, 30]);
  assert.deepEqual(
    push(0, 1, [210]).map(({ n, late }) => [n, late]),
    [[1, 1]],
  );
});

test('through says where each partition first passed the window, however far others had been read', () => {
  const { push } = scene({}, 2);
  push(0, 0, [10, 90]);
  push(0, 1, [120]);
  push(0, 2, [130]);
  const [signal] = push(1, 0, [20, 500]);
  assert.deepEqual(signal?.through, [
    { partition: 0, offset: 20 },
    { partition: 1, offset: 10 },
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
    .flatMap((sketch) => reducer.apply(state, sketch, contextOf(longer, profile), { partitions: 1 }).signals)
    .filter(({ ordinal }) => ordinal === 0)
    .map(({ windowStart, windowEnd }) => [windowStart, windowEnd]);
  assert.deepEqual(windows, [
    [0, 100],
    [300, 600],
  ]);
});

test('a checkpoint of another signal is refused', () => {
  const text = createReducer('data').encode(createReducer('data').initial());
  assert.throws(() => createReducer('concept').decode(text), { code: 'DATA_INVALID' });
});

test('the state names the versions whose rows it holds, so that their profiles can be loaded after a restart', () => {
  const spec = specOf({ numeric: 1, lengthMs: 100 });
  const context = contextOf(spec, profileOf(spec, 200));
  const reducer = createReducer('concept');
  let state = reducer.initial();
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
  for (const sketch of chunks) state = reducer.apply(state, sketch, context, { partitions: 2 }).state;
  assert.deepEqual(reducer.versions(reducer.decode(reducer.encode(state)), 'm'), [3, 4]);
  assert.deepEqual(reducer.versions(state, 'other'), []);
});
