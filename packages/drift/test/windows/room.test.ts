import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch, Signal } from '@driftloop/schemas';
import fc from 'fast-check';
import { type Concluded, createHistory, type HistoryState, noteOf } from '../../src/index.ts';
import { finish } from '../../src/windows/steps.ts';
import { contextOf, profileOf, specOf } from '../fixtures.ts';
import { interleave, partitionLogs, repeatedAfter } from './partition-logs.ts';

const PARTITIONS = 3;
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];
const spec = specOf({ numeric: 2, lengthMs: 100, latenessMs: 20, minSamples: 12, idleMs: 150, budget: 20 });
const profile = profileOf(spec, 300);
const contexts = ['m', 'n'].map((model) => contextOf({ ...spec, model }, profile));
const models = { of: (model: string) => contexts.find((context) => context.spec.model === model) };
const input = { topicId: '', ends: Array.from({ length: PARTITIONS }, () => 1e9), isAppendTime: false };

interface Run {
  readonly concluded: string;
  /** The most that waited at any time, chunks and bytes. */
  readonly mostChunks: number;
  readonly mostBytes: number;
  /** Records that were read again. */
  readonly again: number;
}

/** Takes a log as the ensemble does: what there is no room for is read again from the log. */
function run(log: readonly DriftSketch[], mostBytes?: number, restartAt: readonly number[] = []): Run {
  const history = createHistory(undefined, mostBytes);
  let state = history.initial();
  const all: Concluded[] = [];
  let again = 0;
  const most = { chunks: 0, bytes: 0 };
  const take = (offset: number, pass?: ReturnType<typeof history.passDue>) => {
    const written = { timestamp: 0, input, offset, ...(pass ? { pass } : {}) };
    const concluded = finish(history.steps(state, log[offset] ?? assert.fail(), models, undefined, written));
    all.push(concluded);
    most.chunks = Math.max(most.chunks, waitingIn(state));
    for (const signal of SIGNALS) most.bytes = Math.max(most.bytes, state.reducers[signal].waitingBytes);
    return concluded;
  };
  const passes = (signal: Signal, to: number) => {
    for (;;) {
      const pass = history.passDue(state, signal);
      if (!pass) return;
      let next = pass.from;
      while (next <= to && !history.isOver(state, signal, pass, next)) {
        if (log[next]?.signal === signal) take(next, pass);
        next++;
        again++;
      }
      all.push(finish(history.endPass(state, signal, pass, { offset: next, isEnd: next > to }, models)));
    }
  };
  log.forEach((sketch, offset) => {
    if (restartAt.includes(offset)) state = history.codec.decode(history.codec.encode(state));
    let isHeldUp = true;
    while (isHeldUp) {
      isHeldUp = take(offset).isHeldUp ?? false;
      passes(sketch.signal, offset);
    }
  });
  return { concluded: said(all), mostChunks: most.chunks, mostBytes: most.bytes, again };
}

function waitingIn({ reducers }: HistoryState): number {
  const folds = SIGNALS.flatMap((signal) => [...reducers[signal].models.values()]);
  return folds.flatMap(({ queue }) => [...queue.values()]).reduce((sum, { length }) => sum + length, 0);
}

/** By model and signal in their order: what is said of two models may come either way round. */
function said(concluded: readonly Concluded[]): string {
  const of = (model: string) => (entry: { readonly model: string }) => entry.model === model;
  const signals = concluded.flatMap((part) => part.signals);
  const verdicts = concluded.flatMap((part) => part.verdicts);
  const commands = concluded.flatMap((part) => part.commands);
  return JSON.stringify(
    ['m', 'n'].map((model) => [
      ...SIGNALS.map((signal) => signals.filter(of(model)).filter((entry) => entry.signal === signal)),
      verdicts.filter(of(model)),
      commands.filter(of(model)),
    ]),
  );
}

const logsOf = (seed: number, chunks = 8) =>
  SIGNALS.flatMap((signal, i) =>
    partitionLogs({ signal, partitions: PARTITIONS, contexts, seed: 3 * seed + i, chunks }),
  );

/** The logs as those of a topic, some time later. */
function ofTopic(topicId: string, laterMs: number, logs: readonly (readonly DriftSketch[])[]) {
  return logs.map((log) =>
    log.map((sketch) => ({
      ...sketch,
      topicId,
      logTime: sketch.logTime + laterMs,
      clocks: sketch.clocks.map((clock) => ({ ...clock, time: clock.time + laterMs })),
    })),
  );
}

const seeds = fc.nat(10_000);
const picks = fc.array(fc.nat(SIGNALS.length * PARTITIONS - 1), { maxLength: 120 });
const places = fc.array(fc.nat(150), { maxLength: 3 });
const rooms = fc.constantFrom(0, 500, 1_500, 5_000);

test('whatever room there is, the history is the same', () => {
  let again = 0;
  let signals = 0;
  fc.assert(
    fc.property(seeds, picks, places, places, rooms, (seed, order, restarts, repeats, room) => {
      const log = repeatedAfter(interleave(logsOf(seed), order), repeats);
      const expected = run(log);
      const found = run(log, room, restarts);
      assert.equal(found.concluded, expected.concluded);
      again += found.again;
      signals += expected.concluded.length;
    }),
    { numRuns: 60 },
  );
  assert.ok(again > 1_000 && signals > 100_000, `${again} records were read again, ${signals}`);
});

test('a topic that is made anew waits for what is on the sketch log only', () => {
  let again = 0;
  fc.assert(
    fc.property(seeds, picks, picks, rooms, (seed, order, next, room) => {
      // The first topic is not read to its end.
      const first = interleave(ofTopic('a', 0, logsOf(seed)), order).slice(0, 90);
      const log = [...first, ...interleave(ofTopic('b', 2_000_000, logsOf(seed + 1)), next)];
      const found = run(log, room);
      assert.equal(found.concluded, run(log).concluded);
      again += found.again;
    }),
    { numRuns: 40 },
  );
  assert.ok(again > 1_000, String(again));
});

test('while a partition is not read, what waits for it stays within its room', () => {
  const [still = [], ...others] = partitionLogs({
    signal: 'data',
    partitions: PARTITIONS,
    contexts,
    seed: 3,
    chunks: 400,
  });
  const log = [
    ...interleave(
      others,
      Array.from({ length: 2_000 }, (_, i) => i),
    ),
    ...still,
  ];
  const room = 20_000;
  const unbounded = run(log);
  const found = run(log, room);
  assert.equal(found.concluded, unbounded.concluded);
  assert.ok(unbounded.mostChunks > 1_000);
  // One more than fits, and one of each partition.
  const largest = 2_000;
  assert.ok(found.mostBytes <= room + (1 + PARTITIONS) * largest, String(found.mostBytes));
  assert.ok(found.mostChunks < unbounded.mostChunks / 10, String(found.mostChunks));
  // Once for the stretch that a pass is for, and a little of the next.
  assert.ok(found.again < 4 * log.length, `${found.again} of ${log.length}`);
});

test('a model whose spec is gone makes room', () => {
  const history = createHistory(undefined, 0);
  const state = history.initial();
  const log = partitionLogs({ signal: 'data', partitions: 2, contexts, seed: 1, chunks: 4 })[0] ?? [];
  history.apply(state, noteOf('data', [{ partition: 1, end: 0, time: 0 }], 2), models);
  for (const sketch of log) history.apply(state, sketch, models);
  assert.ok(state.reducers.data.waitingBytes > 0);
  history.apply(state, noteOf('data', [{ partition: 1, end: 0, time: 0 }], 2), { of: () => undefined });
  assert.equal(state.reducers.data.waitingBytes, 0);
  assert.equal(waitingIn(state), 0);
});
