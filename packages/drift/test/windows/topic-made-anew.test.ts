import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftSketch, Signal } from '@driftloop/schemas';
import fc from 'fast-check';
import { createReducer, type ReducerState } from '../../src/index.ts';
import { contextOf, profileOf, specOf } from '../fixtures.ts';
import { allRead, interleave, partitionLogs } from './partition-logs.ts';

const PARTITIONS = 3;
const spec = specOf({ numeric: 2, lengthMs: 100, latenessMs: 20, minSamples: 15, idleMs: 150 });
const context = contextOf(spec, profileOf(spec, 300));
const models = { of: () => context };
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

const seeds = fc.nat(10_000);
const picks = fc.array(fc.nat(PARTITIONS - 1), { maxLength: 40 });

/** Logs of a topic with an id, each of its offsets from 0. */
function logsOf(signal: Signal, seed: number, topicId: string): DriftSketch[][] {
  const logs = partitionLogs({ signal, partitions: PARTITIONS, contexts: [context], seed });
  return logs.map((log) => log.map((sketch) => ({ ...sketch, topicId })));
}

function run(signal: Signal, log: readonly DriftSketch[], restartAt = -1) {
  const reducer = createReducer(signal);
  let state = reducer.initial();
  const signals = log.flatMap((sketch, i) => {
    if (i === restartAt) state = reducer.codec.decode(reducer.codec.encode(state));
    return reducer.apply(state, sketch, models).flatMap((closing) => closing.signals);
  });
  return { signals, state };
}

const rowsIn = (sketches: readonly DriftSketch[]) =>
  sketches.flatMap(({ windows }) => windows).reduce((sum, { n }) => sum + n, 0);

/** Rows that were tested, wait, or were counted as late or ahead. */
function rowsKnown(signals: readonly DriftSignal[], state: ReducerState): number {
  let rows = 0;
  for (const { ordinal, n } of signals) if (ordinal === 0) rows += n;
  for (const { windows, pending, partitions, late, ahead } of state.models.values()) {
    rows += late + ahead;
    for (const { groups } of windows.values()) for (const { n } of groups.values()) rows += n;
    for (const { n } of pending.values()) rows += n;
    for (const { steps } of partitions.values()) for (const step of steps) rows += step.late;
  }
  return rows;
}

for (const signal of SIGNALS) {
  test(`${signal}: a topic that is made anew is read from its start, and no row of either is lost`, () => {
    fc.assert(
      fc.property(seeds, picks, fc.nat(20), fc.nat(40), (seed, order, missing, restartAt) => {
        // The last records of the first topic may never have been read.
        const first = interleave(logsOf(signal, seed, 'first'), order);
        const before = first.slice(0, Math.max(1, first.length - missing));
        const after = [...logsOf(signal, seed + 1, 'second').flat(), allRead(signal, PARTITIONS)];
        const { signals, state } = run(signal, [...before, ...after], restartAt);
        // The two topics' rows have the same places and times here: of outcomes, one of each pair
        // is taken for a label that came twice.
        if (signal !== 'concept') assert.equal(rowsKnown(signals, state), rowsIn([...before, ...after]));
        assert.ok(
          [...state.models.values()].every(({ queue }) => queue.size === 0),
          'nothing waits',
        );
      }),
      { numRuns: 60 },
    );
  });

  test(`${signal}: what is read of the new topic does not depend on the order of its partitions`, () => {
    fc.assert(
      fc.property(seeds, picks, (seed, order) => {
        const before = logsOf(signal, seed, 'first').flat();
        const logs = logsOf(signal, seed + 1, 'second');
        const expected = run(signal, [...before, ...logs.flat()]).signals;
        assert.deepEqual(run(signal, [...before, ...interleave(logs, order)]).signals, expected);
      }),
      { numRuns: 60 },
    );
  });

  test(`${signal}: records of the topic that was replaced change nothing any more`, () => {
    fc.assert(
      fc.property(seeds, fc.nat(30), (seed, at) => {
        const before = logsOf(signal, seed, 'first').flat();
        const after = logsOf(signal, seed + 1, 'second').flat();
        const strays = [...after.slice(0, at + 1), ...before, ...after.slice(at + 1)];
        const expected = run(signal, [...before, ...after]).signals;
        assert.deepEqual(run(signal, [...before, ...strays]).signals, expected);
      }),
      { numRuns: 40 },
    );
  });
}
