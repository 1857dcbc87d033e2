import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { frontierOf, frontierRuleOf } from '../../src/windows/frontier.ts';
import { type Scene, sceneOf } from './scene.ts';

const HOUR_MS = 3_600_000;
/** Windows of 200 rows, one row a ms, over two partitions in chunks of 10 rows. */
const LENGTH = 200;
const WINDOWS = 12;
const OPTIONS = { lengthMs: LENGTH, latenessMs: 20, minSamples: 100, idleMs: 1_000 };
const START = 50 * HOUR_MS;

interface Window {
  readonly windowStart: number;
  readonly n: number;
}

/** @param wrong event time of some rows by their number, in place of what they should be */
function windowsOf(wrong: ReadonlyMap<number, number> = new Map()) {
  const scene: Scene = sceneOf(OPTIONS, 2);
  const windows: Window[] = [];
  let left = { late: 0, ahead: 0 };
  for (let chunk = 0; chunk * 20 < WINDOWS * LENGTH; chunk++) {
    for (const partition of [0, 1]) {
      const times = Array.from({ length: 10 }, (_, i) => {
        const row = chunk * 20 + 2 * i + partition;
        return wrong.get(row) ?? START + row;
      });
      for (const signal of scene.push(partition, chunk, times)) {
        windows.push({ windowStart: signal.windowStart - START, n: signal.n });
        left = { late: signal.late, ahead: signal.ahead };
      }
    }
  }
  return { windows, left, scene };
}

const EXPECTED = Array.from({ length: WINDOWS - 1 }, (_, i) => ({ windowStart: i * LENGTH, n: LENGTH }));

/** The windows without some rows. */
function expectedWithout(rows: readonly number[]): Window[] {
  return EXPECTED.map(({ windowStart, n }) => ({
    windowStart,
    n: n - rows.filter((row) => row >= windowStart && row < windowStart + LENGTH).length,
  }));
}

test('a stream without wrong times: every window holds all its rows', () => {
  const { windows, left } = windowsOf();
  assert.deepEqual(windows, EXPECTED);
  assert.deepEqual(left, { late: 0, ahead: 0 });
});

for (const [name, offset] of [
  ['23 hours ahead', 23 * HOUR_MS],
  ['23 hours behind', -23 * HOUR_MS],
  ['one window ahead', LENGTH],
  ['at the end of time', 8e15],
] as const) {
  test(`twelve rows ${name} change nothing but themselves`, () => {
    const rows = Array.from({ length: 12 }, (_, i) => 600 + 2 * i);
    const { windows, left } = windowsOf(new Map(rows.map((row) => [row, START + row + offset])));
    const expected = expectedWithout(rows).map((window) =>
      // They are right for the window after.
      offset === LENGTH && window.windowStart === 800 ? { ...window, n: LENGTH + rows.length } : window,
    );
    assert.deepEqual(windows, expected);
    assert.equal(left.late, offset < 0 ? rows.length : 0);
  });
}

test('rows with wrong times anywhere, few at a time, change nothing but themselves', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 20, max: 60 }), (seed, every) => {
      const random = createRandom(seed);
      const wrong = new Map<number, number>();
      // Before the first window has closed nobody can say which times are wrong.
      for (
        let row = 2 * LENGTH + random.integer(every);
        row < WINDOWS * LENGTH;
        row += every + random.integer(every)
      ) {
        wrong.set(row, random.integer(2) === 0 ? random.integer(1000) : 8e15 - random.integer(1e9));
      }
      assert.deepEqual(windowsOf(wrong).windows, expectedWithout([...wrong.keys()]));
    }),
    { numRuns: 15 },
  );
});

test('rows scattered over windows of the far future are counted as ahead and close nothing', () => {
  const rows = Array.from({ length: 80 }, (_, i) => 25 * (i + 1));
  const wrong = new Map(rows.map((row, i) => [row, START + 23 * HOUR_MS + i * 1_000]));
  const { windows, left, scene } = windowsOf(wrong);
  assert.deepEqual(windows, expectedWithout(rows));
  assert.equal(left.late, 0);
  assert.ok(left.ahead > 0 && left.ahead <= rows.length, String(left.ahead));
  assert.ok((scene.state.models.get('m')?.windows.size ?? 0) <= 64);
});

test('when all rows go on elsewhere, as after a jump of the clock, windows go with them', () => {
  const wrong = new Map(Array.from({ length: 1400 }, (_, i) => [1000 + i, START + HOUR_MS + i]));
  const { windows } = windowsOf(wrong);
  assert.deepEqual(windows.slice(0, 5), EXPECTED.slice(0, 5));
  assert.ok(windows.some(({ windowStart, n }) => windowStart >= HOUR_MS && n === LENGTH));
});

test('windows that are tested with few rows are passed by few', () => {
  assert.deepEqual(
    [1, 8, 9, 24, 100, 104, 5000].map((minSamples) => frontierRuleOf({ minSamples })),
    [
      { all: 1, own: 1 },
      { all: 1, own: 1 },
      { all: 2, own: 2 },
      { all: 3, own: 3 },
      { all: 13, own: 3 },
      { all: 13, own: 3 },
      { all: 13, own: 3 },
    ],
  );
});

test('the frontier lies between right times while fewer than count are wrong', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 13 }),
      fc.array(fc.integer({ min: 1_000, max: 2_000 }), { minLength: 25, maxLength: 25 }),
      fc.array(fc.oneof(fc.constant(0), fc.constant(8e15)), { maxLength: 12 }),
      (count, right, wrong) => {
        const times = right.slice(0, 2 * count - 1);
        wrong.slice(0, count - 1).forEach((time, i) => {
          times[(i * 2) % times.length] = time;
        });
        const frontier = frontierOf(times, count) ?? assert.fail('there are enough');
        assert.ok(frontier >= 1_000 && frontier <= 2_000);
      },
    ),
  );
  assert.equal(frontierOf([1, 2], 3), null);
});
