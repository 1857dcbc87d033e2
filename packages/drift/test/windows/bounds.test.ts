import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftSketch, Signal } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { OUTCOME_CONTENT } from '../../src/content/content.ts';
import { createReducer, type ReducerState } from '../../src/index.ts';
import { ROW_WATCH } from '../../src/row-watch/version-watch.ts';
import { MOST_OPEN_WINDOWS } from '../../src/windows/due.ts';
import { chunkOf, contextOf, profileOf, readUpTo, rowsOf, signalsFrom, specOf } from '../fixtures.ts';

const LENGTH = 100;
const ROWS = 10;
const spec = specOf({ numeric: 1, lengthMs: LENGTH, detectors: ['ks', 'classes', 'accuracy'] });
const context = contextOf(spec, profileOf(spec, 200));
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];
const data = rowsOf(spec, ROWS, createRandom(3));

const PARTITIONS = 2;

/**
 * Chunk `number` of a partition, and that all have been read up to there; `time` gives the event
 * time of a row.
 */
function chunk(
  signal: Signal,
  partition: number,
  number: number,
  time: (row: number) => number,
  logTime = number,
): DriftSketch[] {
  const chunkStart = number * ROWS;
  const times = Array.from({ length: ROWS }, (_, row) => time(row));
  const place = { partition, chunkStart, chunkEnd: chunkStart + ROWS, logTime };
  return [...chunkOf(signal, context, place, data, times), readUpTo(signal, PARTITIONS, logTime)];
}

function run(signal: Signal, log: readonly DriftSketch[], restartEvery = 0) {
  const reducer = createReducer(signal);
  let state = reducer.initial();
  const signals: DriftSignal[] = [];
  const sizes: number[] = [];
  const watched: number[] = [];
  signalsFrom(reducer, state, readUpTo(signal, PARTITIONS, 0), context);
  log.forEach((sketch, i) => {
    if (restartEvery > 0 && i % restartEvery === 0) state = reducer.codec.decode(reducer.codec.encode(state));
    signals.push(...signalsFrom(reducer, state, sketch, context));
    assert.ok(openWindows(state) <= MOST_OPEN_WINDOWS, `${openWindows(state)} windows are open`);
    if (i % 200 === 199) {
      sizes.push(sizeOf(reducer.codec.encode(state), 'without'));
      watched.push(sizeOf(reducer.codec.encode(state), 'alone'));
    }
  });
  return { signals, sizes, watched };
}

/**
 * Length of a saved state without its row watches, or of these: they fill up with their first
 * thousands of rows.
 */
function sizeOf(text: string, watches: 'without' | 'alone'): number {
  const saved = JSON.parse(text) as { models: [string, { watches: unknown[] }][] };
  const own = saved.models.map(([, model]) => model.watches);
  const rest = saved.models.map(([name, model]) => [name, { ...model, watches: [] }]);
  return JSON.stringify(watches === 'alone' ? own : { ...saved, models: rest }).length;
}

/** What a row watch's saved state takes at most, characters. */
const MOST_WATCHED = 100_000;

function openWindows(state: ReducerState): number {
  return state.models.get('m')?.windows.size ?? 0;
}

const CHUNKS = 1000;
const chunks = (make: (number: number) => DriftSketch[]) =>
  Array.from({ length: CHUNKS }, (_, number) => make(number)).flat();

for (const signal of SIGNALS) {
  const LOGS: Readonly<Record<string, { log: DriftSketch[]; closes: boolean }>> = {
    'a partition that stops': {
      log: [
        ...chunk(signal, 1, 0, (row) => row),
        ...chunks((number) => chunk(signal, 0, number, (row) => number * LENGTH + row)),
      ],
      closes: true,
    },
    'a partition that is never heard of': {
      log: chunks((number) => chunk(signal, 0, number, (row) => number * LENGTH + row)),
      closes: true,
    },
    'event times spread far over the future in one partition': {
      log: [
        ...chunk(signal, 1, 0, (row) => row),
        ...chunks((number) => chunk(signal, 0, number, (row) => 1e12 + (number * ROWS + row) * 86_400_000)),
      ],
      closes: true,
    },
    'a chunk in the far future, then the present again': {
      log: [
        ...chunk(signal, 0, 0, () => 4e12),
        ...chunk(signal, 1, 0, (row) => row),
        ...chunks((number) => chunk(signal, 0, number + 1, (row) => number * LENGTH + row)),
      ],
      closes: true,
    },
    'event times that jump there and back': {
      log: chunks((number) => chunk(signal, number % 2, number, (row) => (row % 2) * 1e12 + number * LENGTH)),
      closes: true,
    },
    'labels or rows that are all rejected': {
      log: [
        ...chunk(signal, 1, 0, (row) => row),
        ...chunks((number) => chunk(signal, 0, number, () => Number.NaN)),
      ],
      closes: false,
    },
  };
  for (const [name, { log, closes }] of Object.entries(LOGS)) {
    test(`${signal}: ${name}: the state stays as it is after 200 chunks, and the log decides alone`, () => {
      const { signals, sizes, watched } = run(signal, log);
      assert.ok((sizes.at(-1) ?? 0) <= 1.1 * (sizes[1] ?? 0), `grows: ${sizes}`);
      assert.ok((watched.at(-1) ?? 0) <= Math.min(MOST_WATCHED, 1.1 * (watched.at(-3) ?? 0)), `${watched}`);
      assert.equal(signals.length > 0, closes);
      assert.deepEqual(run(signal, log, 37).signals, signals);
    });
  }
}

test('a slow partition is waited for while no more than 64 windows are open, and what it brings after that is late', () => {
  const ahead = (windows: number) =>
    Array.from({ length: windows }, (_, number) =>
      chunk('prediction', 0, number, () => number * LENGTH),
    ).flat();
  const slow = [
    ...chunk('prediction', 1, 0, () => 0, 1000),
    ...chunk('prediction', 1, 1, () => 1000 * LENGTH, 1001),
    readUpTo('prediction', PARTITIONS, 1002),
  ];
  const tested = (windows: number) => {
    const rows = run('prediction', [...ahead(windows), ...slow]).signals;
    const [first] = rows.filter(({ windowStart }) => windowStart === 0);
    return [first?.n, rows.at(-1)?.late];
  };
  assert.deepEqual(tested(MOST_OPEN_WINDOWS), [2 * ROWS, 0]);
  assert.deepEqual(tested(MOST_OPEN_WINDOWS + 1), [ROWS, ROWS]);
});

test('concept: a clock that stands still closes its window when as many outcomes are held as may be', () => {
  const most = OUTCOME_CONTENT.mostRows;
  const reducer = createReducer('concept');
  const state = reducer.initial();
  const signals: DriftSignal[] = [];
  const SIZE = 8192;
  const rows = rowsOf(spec, SIZE, createRandom(1));
  const times = new Array<number>(SIZE).fill(5);
  for (let number = 0; number * SIZE < most + 3 * SIZE; number++) {
    const place = { partition: 0, chunkStart: number * SIZE, chunkEnd: (number + 1) * SIZE };
    for (const sketch of chunkOf('concept', context, place, rows, times))
      signals.push(...signalsFrom(reducer, state, sketch, context));
  }
  assert.deepEqual(
    signals.filter(({ detector }) => detector !== ROW_WATCH && detector !== 'kind').map(({ n }) => n),
    [most + SIZE],
  );
  assert.ok(sizeOf(reducer.codec.encode(state), 'without') < 10_000);
  assert.ok(sizeOf(reducer.codec.encode(state), 'alone') < MOST_WATCHED);
});
