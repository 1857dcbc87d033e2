import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowPolicy } from '@driftloop/schemas';
import type { ModelFold } from '../../src/windows/state.ts';
import { mergeInto, takeChunk } from '../../src/windows/take-chunk.ts';
import { chunkWith, foldWith, groupOf, NAMES, POLICY } from './named-rows.ts';

type Chunk = Parameters<typeof chunkWith>[0];

/** Takes chunks one after the other, ten offsets each where nothing else is said. */
function take(
  fold: ModelFold<string[]>,
  policy: WindowPolicy,
  ...chunks: readonly Chunk[]
): ModelFold<string[]> {
  chunks.forEach((chunk, i) => {
    takeChunk(fold, chunkWith({ chunkStart: 10 * i, ...chunk }), NAMES, policy);
  });
  return fold;
}

/** Rows of each window, by group. */
const rowsIn = ({ windows }: ModelFold<string[]>) =>
  [...windows].map(([key, { groups }]) => [
    key,
    ...[...groups.values()].map(({ key: group, version, n, content }) => [
      group,
      version,
      n,
      content.join(''),
    ]),
  ]);

test('rows come into the window of their start and length, by version', () => {
  const fold = take(
    foldWith(),
    POLICY,
    {
      windows: [
        { start: 0, names: ['a', 'b'] },
        { start: 0, version: 2, names: ['c'] },
        { start: 100, names: ['d'] },
      ],
    },
    {
      windows: [
        { start: 0, names: ['e'] },
        { start: 0, lengthMs: 200, names: ['f'] },
      ],
    },
  );
  assert.deepEqual(rowsIn(fold), [
    ['0/100', ['1', 1, 3, 'abe'], ['2', 2, 1, 'c']],
    ['100/200', ['1', 1, 1, 'd']],
    ['0/200', ['1', 1, 1, 'f']],
  ]);
  const [first] = fold.windows.values();
  assert.deepEqual([first?.start, first?.end, first?.passedSince], [0, 100, null]);
});

test('of inputs rows of one layout come together, under the newest version', () => {
  const fold = take(
    foldWith(),
    POLICY,
    { signal: 'data', windows: [{ start: 0, version: 2, layout: 'x', names: ['a'] }] },
    { signal: 'data', windows: [{ start: 0, version: 3, layout: 'x', names: ['b'] }] },
    {
      signal: 'data',
      windows: [
        { start: 0, version: 1, layout: 'x', names: ['c'] },
        { start: 0, version: 1, layout: 'y', names: ['d'] },
      ],
    },
  );
  assert.deepEqual(rowsIn(fold), [['0/100', ['x', 3, 3, 'abc'], ['y', 1, 1, 'd']]]);
});

test('a group that is merged keeps its place, and what is new gets one', () => {
  const groups = new Map([['1', groupOf(['a'], 1)]]);
  assert.equal(mergeInto(groups, groupOf(['b'], 1), NAMES), groups.get('1'));
  const other = groupOf(['c'], 2);
  assert.equal(mergeInto(groups, other, NAMES), other);
  assert.deepEqual([...groups.values()], [groupOf(['a', 'b'], 1), groupOf(['c'], 2)]);
});

test('rows are late when their window has closed, and are counted where they came', () => {
  const fold = take(foldWith({ closedEnd: 200 }), POLICY, {
    recent: [150, 250],
    windows: [
      { start: 0, names: ['a', 'b'] },
      { start: 100, names: ['c'] },
      { start: 101, names: ['d'] },
    ],
  });
  assert.deepEqual(rowsIn(fold), [['101/201', ['1', 1, 1, 'd']]]);
  assert.deepEqual(fold.partitions.get(0)?.steps, [{ end: 10, frontier: 250, late: 3 }]);
  assert.equal(fold.late, 0, 'no signal has counted them yet');
});

test('a chunk says how far its partition has come, one without rows only in offsets', () => {
  const fold = take(
    foldWith(),
    POLICY,
    { logTime: 40, recent: [30], windows: [{ start: 0, names: ['a'] }] },
    { partition: 1, chunkStart: 0, logTime: 50, recent: [60], windows: [{ start: 0, names: ['b'] }] },
    { logTime: 70, recent: [20] },
  );
  assert.deepEqual(
    [...fold.partitions],
    [
      [0, { end: 30, logTime: 40, recent: [30], steps: [{ end: 10, frontier: 30, late: 0 }] }],
      [1, { end: 10, logTime: 50, recent: [60], steps: [{ end: 10, frontier: 60, late: 0 }] }],
    ],
  );
  assert.deepEqual([fold.since, fold.recent], [40, [60]]);
  assert.deepEqual(take(foldWith(), POLICY, { logTime: 5, recent: [1] }).since, null);
});

test('as many of the newest event times are kept as frontiers look at: 5 of a partition, 25 of all', () => {
  const recent = Array.from({ length: 30 }, (_, i) => i);
  const fold = take(
    foldWith(),
    { ...POLICY, minSamples: 1000 },
    { recent, windows: [{ start: 0, names: ['a'] }] },
  );
  assert.deepEqual([fold.partitions.get(0)?.recent, fold.recent], [recent.slice(-5), recent.slice(-25)]);
});

/** Chunks of one row each, at these event times. */
const at = (...times: readonly number[]): Chunk[] =>
  times.map((time, i) => ({ logTime: 10 * i, recent: [time], windows: [{ start: 100, names: [`r${i}`] }] }));

test('steps say at which offset the event time first came so far; it does not fall', () => {
  const steps = (...times: number[]) => take(foldWith(), POLICY, ...at(...times)).partitions.get(0)?.steps;
  assert.deepEqual(steps(50, 80, 60, 80, 90), [
    { end: 10, frontier: 50, late: 0 },
    { end: 20, frontier: 80, late: 0 },
    { end: 50, frontier: 90, late: 0 },
  ]);
});

test('a partition with too few rows for a frontier has come nowhere yet', () => {
  const fold = take(foldWith(), { ...POLICY, minSamples: 100 }, ...at(50, 60, 70, 40));
  // The third largest of the last five.
  assert.deepEqual(fold.partitions.get(0)?.steps, [
    { end: 10, frontier: null, late: 0 },
    { end: 30, frontier: 50, late: 0 },
  ]);
});

test('late rows that came while the event time stood still share one step after the first', () => {
  const late = (names: string[]): Chunk => ({ recent: [50], windows: [{ start: 0, names }] });
  const fold = take(
    foldWith({ closedEnd: 100 }),
    POLICY,
    ...at(50),
    late(['a']),
    ...at(50).map((one) => ({ ...one, chunkStart: 20 })),
  );
  const steps = fold.partitions.get(0)?.steps;
  assert.deepEqual(steps, [
    { end: 10, frontier: 50, late: 0 },
    { end: 20, frontier: 50, late: 1 },
  ]);
  take(fold, POLICY, { ...late(['b', 'c']), chunkStart: 30 });
  assert.deepEqual(steps, [
    { end: 10, frontier: 50, late: 0 },
    { end: 20, frontier: 50, late: 3 },
  ]);
  take(fold, POLICY, { ...at(60)[0], chunkStart: 40 }, { ...late(['d']), chunkStart: 50 });
  assert.deepEqual(steps?.slice(2), [
    { end: 50, frontier: 60, late: 0 },
    { end: 60, frontier: 60, late: 1 },
  ]);
});

test('a window is passed since the first chunk after which rows lie beyond its end and the lateness', () => {
  const policy = { ...POLICY, allowedLatenessMs: 20 };
  const since = (...times: number[]) =>
    take(foldWith(), policy, ...at(...times)).windows.get('100/200')?.passedSince;
  assert.equal(since(150, 219), null);
  assert.equal(since(150, 220), 10);
  assert.equal(since(150, 220, 230), 10);
  // Rows that go back may be of it again.
  assert.equal(since(150, 220, 219), null);
  assert.equal(since(150, 220, 219, 225), 30);
});

test('a window before 1970 is passed by rows enough alone, too', () => {
  const policy = { ...POLICY, minSamples: 16 };
  const since = (...times: number[]) =>
    take(foldWith(), policy, {
      logTime: 7,
      recent: times,
      windows: [{ start: -200, names: ['a'] }],
    }).windows.get('-200/-100')?.passedSince;
  assert.deepEqual([since(-50), since(-50, -60), since(-50, -160)], [null, 7, null]);
});

test('a window is passed by rows of all partitions together', () => {
  const policy = { ...POLICY, minSamples: 32 };
  const [first, second] = [0, 1].map((partition) => ({
    partition,
    chunkStart: 0,
    logTime: 5 + partition,
    recent: [250, 250],
    windows: [{ start: 100, names: ['a'] }],
  }));
  assert.equal(take(foldWith(), policy, first).windows.get('100/200')?.passedSince, null);
  assert.equal(take(foldWith(), policy, first, second).windows.get('100/200')?.passedSince, 6);
});
