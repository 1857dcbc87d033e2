import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueAt, MOST_OPEN_WINDOWS, nextDue, overflow } from '../../src/windows/due.ts';
import { foldWith, groupOf, NAMES, POLICY, windowOf, windowsOf } from './named-rows.ts';

const partition = (recent: readonly number[], logTime = 0) => ({ end: 10, logTime, recent, steps: [] });
/**
 * Partitions 0, 1, … of which these event times are the newest; none where there has been no chunk.
 */
const partitions = (...known: readonly (ReturnType<typeof partition> | undefined)[]) =>
  new Map(known.flatMap((one, index) => (one ? [[index, one] as const] : [])));

const PASSED = windowOf(0, [], 50);

test('a window that rows do not lie beyond is not due', () => {
  const fold = foldWith({ partitions: partitions(partition([100])) });
  assert.equal(dueAt(fold, windowOf(0), 1, POLICY), null);
});

test('a window that every partition has passed is due since all together had', () => {
  const fold = foldWith({ since: 7, partitions: partitions(partition([100], 60), partition([100], 90)) });
  assert.equal(dueAt(fold, PASSED, 2, POLICY), 50);
});

test('a partition has passed a window when its rows lie beyond the end and the allowed lateness', () => {
  const due = (time: number) =>
    dueAt(foldWith({ partitions: partitions(partition([time], 60)) }), PASSED, 1, {
      ...POLICY,
      allowedLatenessMs: 20,
    });
  assert.deepEqual([due(119), due(120)], [60 + 1_000, 50]);
});

test('a partition with too few rows has passed no window, not even one before 1970', () => {
  const early = windowOf(-100, [], -500);
  const fold = foldWith({ partitions: partitions(partition([5000], 60)) });
  assert.equal(dueAt(fold, early, 1, { ...POLICY, minSamples: 16 }), 1_060);
});

test('one that has not passed is waited for until it has been silent for so long', () => {
  const due = (logTime: number) =>
    dueAt(foldWith({ since: 7, partitions: partitions(partition([99], logTime)) }), PASSED, 1, POLICY);
  // Silence before the window was passed by all together does not count.
  assert.deepEqual([due(30), due(50), due(80)], [1_050, 1_050, 1_080]);
});

test('a partition that never had rows is waited for from the first of the model on, and not again for each window', () => {
  const due = (since: number | null, known?: ReturnType<typeof partition>, passedSince = 50) =>
    dueAt(foldWith({ since, partitions: partitions(known) }), windowOf(0, [], passedSince), 1, POLICY);
  assert.deepEqual([due(80), due(80, partition([], 300)), due(30)], [1_080, 1_080, 1_030]);
  assert.deepEqual([due(30, undefined, 1_030), due(30, undefined, 1_031)], [1_030, 1_031]);
  // Log times may lie before 1970.
  assert.deepEqual([due(-700, undefined, -500), due(-1_700, undefined, -500)], [300, -500]);
});

test('partitions that are added, and bring nothing, are due no window later', () => {
  const fold = foldWith({ since: 7, partitions: partitions(partition([100], 2_000)) });
  const window = windowOf(0, [], 2_000);
  assert.deepEqual(
    [1, 2, 6].map((count) => dueAt(fold, window, count, POLICY)),
    [2_000, 2_000, 2_000],
  );
});

test('of several the one that has come last is waited for, and only those that the topic has', () => {
  const known = partitions(
    partition([99], 70),
    partition([99], 90),
    partition([100], 95),
    partition([99], 120),
  );
  const due = (count: number) => dueAt(foldWith({ partitions: known }), PASSED, count, POLICY);
  assert.deepEqual([due(0), due(1), due(2), due(3), due(4)], [50, 1_070, 1_090, 1_090, 1_120]);
});

test('where windows are tested with many rows, single ones of a partition do not pass them', () => {
  const due = (...recent: number[]) =>
    dueAt(foldWith({ partitions: partitions(partition(recent, 60)) }), PASSED, 1, {
      ...POLICY,
      minSamples: 100,
    });
  assert.deepEqual([due(500, 500), due(500, 500, 99), due(500, 500, 100)], [1_060, 1_060, 50]);
});

test('the window that closes next is the one that is due first, of equals the one that ends first', () => {
  const next = (until: number, ...windows: readonly ReturnType<typeof windowOf>[]) => {
    const found = nextDue(foldWith({ windows: windowsOf(...windows) }), 0, POLICY, until);
    return found && [found.window.start, found.at];
  };
  const [first, second, third] = [windowOf(0, [], 30), windowOf(100, [], 20), windowOf(200, [], 30)];
  assert.deepEqual(next(100, first, second, third), [100, 20]);
  assert.deepEqual(next(100, second, first, third), [100, 20]);
  assert.deepEqual(next(100, first, third), [0, 30]);
  assert.deepEqual(next(100, third, first), [0, 30]);
  assert.deepEqual(next(30, windowOf(300), first), [0, 30]);
  assert.deepEqual(next(29, third, first), undefined);
  assert.deepEqual(next(100), undefined);
});

const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => windowOf(from + 100 * i));
const found = (over: ReturnType<typeof overflow<string[]>>) => over && [over.window.start, over.how];

test('64 windows may be open; of more the oldest closes, in whatever order they were opened', () => {
  const over = (windows: readonly ReturnType<typeof windowOf>[]) =>
    found(overflow(foldWith({ windows: windowsOf(...windows) }), NAMES, POLICY));
  const windows = many(MOST_OPEN_WINDOWS + 1);
  assert.equal(MOST_OPEN_WINDOWS, 64);
  assert.equal(over([]), undefined);
  assert.equal(over(windows.slice(1)), undefined);
  assert.deepEqual(over(windows), [0, 'close']);
  assert.deepEqual(over(windows.toReversed()), [0, 'close']);
});

test('of windows that end together the one that was opened first counts', () => {
  const long = { ...windowOf(0), end: 200 };
  const last = { ...windowOf(20_000), end: 20_200 };
  const over = (...first: readonly ReturnType<typeof windowOf>[]) =>
    overflow(foldWith({ recent: [0], windows: windowsOf(...first, ...many(64, 1000)) }), NAMES, POLICY)
      ?.window.start;
  assert.deepEqual([over(last, windowOf(20_100)), over(windowOf(20_100), last)], [20_000, 20_100]);
  const closes = (...first: readonly ReturnType<typeof windowOf>[]) =>
    overflow(foldWith({ windows: windowsOf(...first, ...many(64, 1000)) }), NAMES, POLICY)?.window.start;
  assert.deepEqual([closes(long, windowOf(100)), closes(windowOf(100), long)], [0, 100]);
});

test('as many rows may be held as the content allows', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `row${i}`);
  const over = (count: number) =>
    found(
      overflow(
        foldWith({
          windows: windowsOf(
            windowOf(100, [groupOf(names(4), 1), groupOf(names(3), 2)]),
            windowOf(0, [groupOf(names(count))]),
          ),
        }),
        NAMES,
        POLICY,
      ),
    );
  assert.deepEqual([over(3), over(4)], [undefined, [0, 'close']]);
});

test('a window more than its length ahead of all rows is left out instead, the newest first', () => {
  const over = (frontier: readonly number[], order: 'up' | 'down' = 'up') => {
    const windows = [...many(MOST_OPEN_WINDOWS), windowOf(10_000)];
    return found(
      overflow(
        foldWith({
          recent: frontier,
          windows: windowsOf(...(order === 'up' ? windows : windows.toReversed())),
        }),
        NAMES,
        POLICY,
      ),
    );
  };
  assert.deepEqual(
    [over([9_899]), over([9_899], 'down')],
    [
      [10_000, 'ahead'],
      [10_000, 'ahead'],
    ],
  );
  assert.deepEqual(over([9_900]), [0, 'close']);
  // Without rows enough nobody knows what is ahead.
  assert.deepEqual(over([]), [0, 'close']);
});

test('how far all rows have come is judged by as many as the rule of all asks for', () => {
  const over = (...recent: number[]) =>
    found(
      overflow(
        foldWith({ recent, windows: windowsOf(...many(MOST_OPEN_WINDOWS), windowOf(10_000)) }),
        NAMES,
        { ...POLICY, minSamples: 32 },
      ),
    );
  assert.deepEqual(over(0, 9_900, 9_900, 9_900), [10_000, 'ahead']);
  assert.deepEqual(over(9_900, 9_900, 9_900, 9_900), [0, 'close']);
});
