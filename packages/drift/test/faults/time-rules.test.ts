import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { type TimedWindow, type TimeMemory, timeFaults } from '../../src/faults/time-rules.ts';
import { windowOf, worldProfile, worldRows } from './windows.ts';

const HOUR = 3_600_000;
const profile = worldProfile();
const random = createRandom(5);

/** An hour's window with so many rows. */
function hour(at: number, n = 100, lagOf?: (row: number) => number, more: Partial<TimedWindow> = {}) {
  const window = windowOf(profile, worldRows(n, random), lagOf);
  return { ...window, start: at * HOUR, end: (at + 1) * HOUR, late: 0, ahead: 0, ...more };
}

/** What is told of the last window after eight usual ones. */
function after(last: TimedWindow, usual = (at: number) => hour(at, 90 + at, () => 1500)) {
  let memory: TimeMemory | undefined;
  for (let at = 0; at < 8; at++) {
    const told = timeFaults(usual(at), memory);
    assert.deepEqual([told.clock, told.gap], [[], []]);
    memory = JSON.parse(JSON.stringify(told.memory)) as TimeMemory;
  }
  const { clock, gap } = timeFaults(last, memory);
  return { clock: clock.map(({ text }) => text), gap: gap.map(({ text }) => text) };
}

test('a usual window, and one with a few rows more or less, tells nothing', () => {
  for (const n of [70, 100, 150]) assert.deepEqual(after(hour(8, n, () => 1500)), { clock: [], gap: [] });
});

test('hours without rows are a gap, and so is a window with far fewer rows than any before', () => {
  assert.deepEqual(after(hour(11, 100, () => 1500)), {
    clock: [],
    gap: ['no rows came for 3 hours, in which about 282 are usual'],
  });
  assert.deepEqual(after(hour(8, 30, () => 1500)).gap, ['30 rows came where about 94 are usual']);
});

test('a night without rows is told once: the next one is usual', () => {
  const days = (at: number) => hour(at + (at >= 5 ? 12 : 0), 100, () => 1500);
  let memory: TimeMemory | undefined;
  const told = Array.from({ length: 8 }, (_, at) => {
    const { gap, memory: next } = timeFaults(days(at), memory);
    memory = next;
    return gap.length;
  });
  assert.deepEqual(told, [0, 0, 0, 0, 0, 1, 0, 0]);
  assert.deepEqual(
    timeFaults(
      hour(32, 100, () => 1500),
      memory,
    ).gap,
    [],
  );
});

test('event times that lie behind the log as they never did are a wrong clock, also of some rows', () => {
  const wrong = hour(8, 100, (row) => (row % 3 ? 1500 : 1200_000));
  assert.deepEqual(after(wrong), {
    clock: [
      'event times of 34 % of the rows lie about 17 minutes behind the log, which they did not: a clock is wrong',
    ],
    gap: [],
  });
  const early = hour(8, 100, () => -900_000);
  assert.match(after(early).clock[0] ?? '', /100 % of the rows lie about 1[0-9] minutes ahead of the log/);
});

test('rows that were held back lie behind by all times: no clock is said to be wrong', () => {
  assert.deepEqual(after(hour(8, 100, (row) => 1500 + 36_000 * row)).clock, []);
});

test('a log that is read faster than it was written has lags that change all the time', () => {
  const catching = (at: number) => hour(at, 100, () => 1000 * 2 ** (12 - at));
  assert.deepEqual(
    after(
      hour(8, 100, () => 1000),
      catching,
    ).clock,
    [],
  );
});

test('rows whose windows have long closed are counted, and told where they are many', () => {
  assert.match(after(hour(8, 100, () => 1500, { late: 40 })).clock[0] ?? '', /^29 % of the rows bear times/);
  assert.deepEqual(after(hour(8, 100, () => 1500, { late: 5 })).clock, []);
});

test('a clock that stays wrong is what is usual now after six windows, and so is its end', () => {
  let memory: TimeMemory | undefined;
  const told = Array.from({ length: 30 }, (_, at) => {
    const isWrong = at >= 8 && at < 20;
    const { clock, memory: next } = timeFaults(
      hour(at, 100, () => (isWrong ? 1200_000 : 1500)),
      memory,
    );
    memory = next;
    return clock.length;
  });
  const six = new Array<number>(6).fill(1);
  const silent = new Array<number>(6).fill(0);
  assert.deepEqual(told, [...new Array<number>(8).fill(0), ...six, ...silent, ...six, 0, 0, 0, 0]);
});

test('hundreds of usual windows tell nothing', () => {
  let memory: TimeMemory | undefined;
  for (let at = 0; at < 300; at++) {
    const n = 60 + random.integer(60);
    const {
      clock,
      gap,
      memory: next,
    } = timeFaults(
      hour(at, n, () => 500 + 4000 * random.uniform()),
      memory,
    );
    memory = next;
    assert.deepEqual([clock, gap], [[], []], `window ${at}`);
  }
});
