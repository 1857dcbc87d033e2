import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignalKind } from '../../src/signals/signal-kind.ts';
import type { NamedFinding } from '../../src/signals/window-test.ts';
import { closeWindow } from '../../src/windows/close-window.ts';
import type { ModelFold, OpenWindow, Step } from '../../src/windows/state.ts';
import { specOf } from '../spec-of.ts';
import { contextWith, foldWith, groupOf, NAMES, windowOf, windowsOf } from './named-rows.ts';

const finding = (feature: string): NamedFinding => ({
  detector: 'ks',
  feature,
  statistic: 0.25,
  pValue: 0.5,
  threshold: 0.75,
  expected: null,
  detail: '',
  severity: 0.125,
  drifted: false,
  changePoint: null,
});

/** Tests by name: two findings of each group of rows; what it was asked is kept. */
function listening() {
  const asked: { version: number; start: number; end: number; n: number; names: string; memory: unknown }[] =
    [];
  const kind: SignalKind<string[]> = {
    signal: 'prediction',
    content: NAMES,
    test({ version, profile, start, end, n, content }, memory) {
      assert.equal(profile.rows, version);
      asked.push({ version, start, end, n, names: content.join(''), memory: { ...memory } });
      memory.windows = ((memory.windows as number | undefined) ?? 0) + 1;
      return { n, findings: [finding('x'), finding('y')] };
    },
  };
  return { kind, asked };
}

const spec = specOf({ numeric: 1, minSamples: 2, latenessMs: 20 });
const context = contextWith(spec);

/** Closes windows of a fold one after the other. */
function close(
  fold: ModelFold<string[]>,
  windows: readonly OpenWindow<string[]>[],
  lost: readonly number[] = [],
) {
  const { kind, asked } = listening();
  const signals = windows.map((window) =>
    closeWindow(fold, window, { ...context, isLost: (version) => lost.includes(version) }, kind),
  );
  return { signals, asked };
}

const step = (end: number, frontier: number | null, late = 0): Step => ({ end, frontier, late });
const partitionsOf = (...steps: readonly (readonly Step[])[]): ModelFold<string[]>['partitions'] =>
  new Map(steps.map((own, i) => [i, { end: 10 * own.length, logTime: 0, recent: [], steps: [...own] }]));

test('a closed window says all of its rows, one signal for each finding', () => {
  const window = windowOf(0, [groupOf(['a', 'b', 'c'], 3)]);
  const fold = foldWith({
    windows: windowsOf(window, windowOf(100)),
    ahead: 5,
    partitions: partitionsOf([step(10, 120)]),
  });
  const { signals, asked } = close(fold, [window]);
  assert.deepEqual(asked, [{ version: 3, start: 0, end: 100, n: 3, names: 'abc', memory: {} }]);
  assert.deepEqual(
    signals[0],
    ['x', 'y'].map((feature, ordinal) => ({
      model: 'm',
      version: 3,
      windowStart: 0,
      windowEnd: 100,
      signal: 'prediction',
      rival: null,
      eValue: null,
      lower: null,
      upper: null,
      changePointFrom: null,
      changePointTo: null,
      ...finding(feature),
      n: 3,
      ordinal,
      total: 2,
      late: 0,
      ahead: 5,
      through: [{ partition: 0, offset: 10 }],
    })),
  );
  assert.deepEqual([...fold.windows.keys()], ['100/200']);
  assert.deepEqual([fold.closedEnd, fold.pending.size], [100, 0]);
});

test('what a test says of a rival and of its evidence is said as it is', () => {
  const { kind } = listening();
  const comparing = { ...kind, test: () => ({ n: 2, findings: [{ ...finding('x'), rival: 4, eValue: 3 }] }) };
  const [signal] = closeWindow(foldWith(), windowOf(0, [groupOf(['a', 'b'])]), context, comparing);
  assert.deepEqual([signal?.rival, signal?.eValue, signal?.n], [4, 3, 2]);
});

test('a window that ends before another that has closed leaves the end of the closed ones', () => {
  const fold = foldWith({ closedEnd: 500 });
  close(fold, [windowOf(0)]);
  assert.equal(fold.closedEnd, 500);
});

test('rows that are too few wait for those of windows that close later, and begin where the first did', () => {
  const fold = foldWith();
  const { signals, asked } = close(fold, [
    windowOf(0, [groupOf(['a'])]),
    windowOf(100),
    windowOf(200, [groupOf(['b'])]),
    windowOf(300, [groupOf(['c'])]),
  ]);
  assert.deepEqual(
    signals.map(({ length }) => length),
    [0, 0, 2, 0],
  );
  assert.deepEqual(
    asked.map(({ start, end, names }) => [start, end, names]),
    [[0, 300, 'ab']],
  );
  assert.deepEqual(fold.pending, new Map([['1', { ...groupOf(['c']), start: 300 }]]));
});

test('with a full group go the remains of those that the window brought nothing for, by version and key', () => {
  const fold = foldWith();
  const { asked } = close(fold, [
    windowOf(0, [groupOf(['a'], 1), groupOf(['b'], 10), groupOf(['c'], 2, 'y'), groupOf(['d'], 2, 'x')]),
    windowOf(100, [groupOf(['e', 'f'], 3), groupOf(['g'], 4)]),
  ]);
  assert.deepEqual(
    asked.map(({ version, names }) => [version, names]),
    [
      [1, 'a'],
      [2, 'd'],
      [2, 'c'],
      [3, 'ef'],
      [10, 'b'],
    ],
  );
  assert.deepEqual([...fold.pending.keys()], ['4']);
});

test('groups of one version are in the order of their keys, however they came', () => {
  for (const keys of [
    ['x', 'y', 'z'],
    ['z', 'y', 'x'],
    ['y', 'x', 'z'],
  ]) {
    const { asked } = close(foldWith(), [
      windowOf(
        0,
        keys.map((key) => groupOf([key, key], 1, key)),
      ),
    ]);
    assert.deepEqual(
      asked.map(({ names }) => names),
      ['xx', 'yy', 'zz'],
    );
  }
});

test('rows that are enough since the spec asks for fewer are tested with the next window, once', () => {
  const fold = foldWith({ pending: new Map([['1', { ...groupOf(['a', 'b'], 1), start: 0 }]]) });
  const { asked } = close(fold, [windowOf(100, [groupOf(['c', 'd'], 2)])]);
  assert.deepEqual(
    asked.map(({ names }) => names),
    ['ab', 'cd'],
  );
});

test('rows of a version whose profile is lost are not tested, and do not wait', () => {
  const fold = foldWith();
  const { signals, asked } = close(
    fold,
    [windowOf(0, [groupOf(['a', 'b'], 1), groupOf(['c', 'd'], 2)])],
    [1],
  );
  assert.deepEqual(
    signals[0]?.map(({ version }) => version),
    [2, 2],
  );
  assert.deepEqual([asked.length, fold.pending.size], [1, 0]);
});

test('a context that says nothing of lost profiles has lost none', () => {
  const { kind, asked } = listening();
  closeWindow(foldWith(), windowOf(0, [groupOf(['a', 'b'])]), context, kind);
  assert.equal(asked.length, 1);
});

test('a partition has been read through to where its own rows first passed the window and the lateness', () => {
  const throughOf = (...steps: readonly (readonly Step[])[]) => {
    const fold = foldWith({ partitions: partitionsOf(...steps) });
    return close(fold, [windowOf(0, [groupOf(['a', 'b'])])]).signals[0]?.[0]?.through;
  };
  assert.deepEqual(
    throughOf([step(7, null), step(10, 119), step(15, 120), step(20, 300)], [step(4, 90), step(8, 119)], []),
    [
      { partition: 0, offset: 15 },
      // It has not passed: as far as it had been read at all.
      { partition: 1, offset: 20 },
      { partition: 2, offset: 0 },
    ],
  );
});

test('a partition of too few rows has passed no window, not even one before 1970', () => {
  const fold = foldWith({ partitions: partitionsOf([step(7, null), step(10, 50)]) });
  const [signal] = close(fold, [windowOf(-200, [groupOf(['a', 'b'])])]).signals[0] ?? [];
  assert.deepEqual(signal?.through, [{ partition: 0, offset: 10 }]);
});

test('partitions are told in their order', () => {
  const [first, second] = partitionsOf([step(1, 200)], [step(2, 200)]);
  const fold = foldWith({ partitions: new Map([second!, first!]) });
  assert.deepEqual(close(fold, [windowOf(0, [groupOf(['a', 'b'])])]).signals[0]?.[0]?.through, [
    { partition: 0, offset: 1 },
    { partition: 1, offset: 2 },
  ]);
});

test('late rows are counted once, with the window that their partition had passed when they came', () => {
  const fold = foldWith({
    late: 100,
    partitions: partitionsOf(
      [step(5, 50, 1), step(10, 130, 2), step(15, 130, 4), step(20, 240, 8)],
      [step(5, 90, 16), step(9, 95, 32)],
    ),
  });
  const lateOf = (start: number) =>
    close(fold, [windowOf(start, [groupOf(['a', 'b'])])]).signals[0]?.[0]?.late;
  assert.deepEqual([lateOf(0), lateOf(0), lateOf(100)], [100 + 1 + 2 + 16 + 32, 151, 151 + 4 + 8]);
  // Steps before the one that passed the window are needed no more.
  assert.deepEqual(
    [...fold.partitions.values()].map(({ steps }) => steps),
    [[step(20, 240)], [step(9, 95)]],
  );
});

test('tests remember for each version, the last four that were tested', () => {
  const fold = foldWith();
  const tested = (version: number) =>
    close(fold, [windowOf(0, [groupOf(['a', 'b'], version)])]).asked[0]?.memory;
  assert.deepEqual([1, 2, 1, 3, 4].map(tested), [{}, {}, { windows: 1 }, {}, {}]);
  assert.deepEqual([...fold.memory.keys()], [2, 1, 3, 4]);
  // The one that was not tested for longest goes.
  assert.deepEqual([5, 1, 2].map(tested), [{}, { windows: 2 }, {}]);
  assert.deepEqual([...fold.memory.keys()], [4, 5, 1, 2]);
});
