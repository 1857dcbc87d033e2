import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { createPartitionChunks, createReducer, type Models, noteOf } from '../../src/index.ts';
import { createPredictionRows } from '../../src/rows/prediction-rows.ts';
import { answersOf, contextOf, profileOf, rowsOf, specOf } from '../fixtures.ts';

const LENGTH = 1_000;
const base = specOf({ numeric: 1, lengthMs: LENGTH, latenessMs: 100, minSamples: 30 });
const profile = profileOf(base, 200);
const models: Models = {
  of: (model) => (model === 'fast' || model === 'slow' ? contextOf({ ...base, model }, profile) : undefined),
};
const data = rowsOf(base, 100, createRandom(1));
const outputs = answersOf(data);

interface Row {
  readonly model: string;
  readonly partition: number;
  readonly eventTime: number;
  /** Kafka timestamp. @default the event's */
  readonly loggedAt?: number;
}

/**
 * The windows of rows that come in the order of their log time, each partition cut as the drift
 * services cut it.
 */
function windowsOf(rows: readonly Row[], partitions: number): DriftSignal[] {
  const reducer = createReducer('prediction');
  const state = reducer.initial();
  const signals: DriftSignal[] = [];
  const note = (time: number) =>
    noteOf(
      'prediction',
      Array.from({ length: partitions }, (_, partition) => ({
        partition,
        end: offsets[partition] ?? 0,
        time,
      })),
      partitions,
    );
  const take = (sketch: Parameters<typeof reducer.apply>[1]) =>
    signals.push(...reducer.apply(state, sketch, models).flatMap((closing) => closing.signals));
  const offsets = new Array<number>(partitions).fill(0);
  const chunks = offsets.map((_, partition) =>
    createPartitionChunks(partition, (position) =>
      createPredictionRows(position, models, { takeNew: () => true }),
    ),
  );
  const readUpTo = (time: number) => {
    chunks.forEach((own, partition) => {
      for (const sketch of own.complete(offsets[partition] ?? 0, time)) take(sketch);
    });
    take(note(time));
  };
  rows.forEach(({ model, partition, eventTime, loggedAt: time = eventTime }, i) => {
    // What reads the partitions knows only of what is there.
    readUpTo(time);
    const offset = offsets[partition] ?? 0;
    offsets[partition] = offset + 1;
    const row = 2 * (i % 100);
    const value = {
      requestId: `r${i}`,
      model,
      version: 1,
      eventTime,
      servedAt: 0,
      outputs: outputs.subarray(row, row + 2),
      predicted: Number((outputs[row + 1] ?? 0) >= 0.5),
      role: 'live' as const,
      requestPartition: partition,
      requestOffset: offset,
      requestTime: time,
    };
    for (const sketch of chunks[partition]?.push(offset, time, value) ?? []) take(sketch);
  });
  readUpTo((rows.at(-1)?.eventTime ?? 0) + 60_000);
  return signals.filter(({ ordinal }) => ordinal === 0);
}

const rowsOfWindows = (signals: readonly DriftSignal[], model: string) =>
  signals
    .filter((signal) => signal.model === model)
    .map(({ windowStart, n, late }) => [windowStart, n, late]);

test('two models of different pace in one topic: the windows of each hold all rows', () => {
  const random = createRandom(2);
  const rows: Row[] = [];
  for (let time = 0; time < 20 * LENGTH; time++) {
    if (time % 2 === 0) rows.push({ model: 'fast', partition: random.integer(4), eventTime: time });
    if (time % 20 === 0) rows.push({ model: 'slow', partition: random.integer(4), eventTime: time });
  }
  const signals = windowsOf(rows, 4);
  const whole = (n: number) => Array.from({ length: 19 }, (_, i) => [i * LENGTH, n, 0]);
  assert.deepEqual(rowsOfWindows(signals, 'fast'), whole(LENGTH / 2));
  assert.deepEqual(rowsOfWindows(signals, 'slow'), whole(LENGTH / 20));
});

test('a model whose rows all come in one partition does not wait for ever, and loses none', () => {
  const rows = Array.from({ length: 2_000 }, (_, i) => ({ model: 'slow', partition: 2, eventTime: 10 * i }));
  const signals = windowsOf(rows, 4);
  assert.deepEqual(
    rowsOfWindows(signals, 'slow'),
    Array.from({ length: 19 }, (_, i) => [i * LENGTH, 100, 0]),
  );
});

test('a wake-up after a night: the partition that comes 5 s after the first loses no row', () => {
  const NIGHT = 8 * 3_600_000;
  const rows: Row[] = [];
  const push = (eventTime: number, delayMs: number) => {
    const partition = (eventTime / 5) % 2;
    rows.push({ model: 'slow', partition, eventTime, loggedAt: eventTime + delayMs * partition });
  };
  for (let time = 0; time < 5 * LENGTH; time += 5) push(time, 0);
  for (let time = NIGHT; time < NIGHT + 30 * LENGTH; time += 5) push(time, 5_000);
  rows.sort((a, b) => (a.loggedAt ?? 0) - (b.loggedAt ?? 0));
  assert.deepEqual(rowsOfWindows(windowsOf(rows, 2), 'slow'), [
    ...Array.from({ length: 5 }, (_, i) => [i * LENGTH, 200, 0]),
    ...Array.from({ length: 29 }, (_, i) => [NIGHT + i * LENGTH, 200, 0]),
  ]);
});
