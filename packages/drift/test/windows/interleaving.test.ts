import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch, Signal } from '@driftloop/schemas';
import fc from 'fast-check';
import { type Closing, createReducer } from '../../src/index.ts';
import { contextOf, profileOf, specOf } from '../fixtures.ts';
import { allRead, interleave, partitionLogs, repeatedAfter } from './partition-logs.ts';

const PARTITIONS = 3;
const spec = specOf({ numeric: 2, lengthMs: 100, latenessMs: 20, minSamples: 15, idleMs: 150 });
const context = contextOf(spec, profileOf(spec, 300));
const models = { of: () => context };
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

const logsOf = (signal: Signal, seed: number) =>
  partitionLogs({ signal, partitions: PARTITIONS, contexts: [context], seed });

function run(signal: Signal, log: readonly DriftSketch[], restartAt: readonly number[] = []): Closing[] {
  const reducer = createReducer(signal);
  let state = reducer.initial();
  return log.flatMap((sketch, i) => {
    if (restartAt.includes(i)) state = reducer.codec.decode(reducer.codec.encode(state));
    return reducer.apply(state, sketch, models);
  });
}

const seeds = fc.nat(10_000);
const picks = fc.array(fc.nat(PARTITIONS - 1), { maxLength: 40 });
const places = fc.array(fc.nat(40), { maxLength: 4 });

for (const signal of SIGNALS) {
  test(`${signal}: any interleaving of chunks and notes gives the same closings, byte for byte`, () => {
    let signals = 0;
    fc.assert(
      fc.property(seeds, picks, (seed, order) => {
        const logs = logsOf(signal, seed);
        const expected = run(signal, logs.flat());
        signals += expected.flatMap((closing) => closing.signals).length;
        assert.equal(JSON.stringify(run(signal, interleave(logs, order))), JSON.stringify(expected));
      }),
      { numRuns: 60 },
    );
    assert.ok(signals > 60, 'something is tested');
  });

  test(`${signal}: notes say when, never what: fewer of them give the same closings`, () => {
    fc.assert(
      fc.property(seeds, picks, (seed, order) => {
        const log = interleave(logsOf(signal, seed), order);
        const fewer = [...log.filter(({ clocks }) => clocks.length === 0), allRead(signal, PARTITIONS)];
        assert.equal(JSON.stringify(run(signal, fewer)), JSON.stringify(run(signal, log)));
      }),
      { numRuns: 60 },
    );
  });

  test(`${signal}: a restart at any point, with repeated and overlapping chunks, gives the same closings`, () => {
    fc.assert(
      fc.property(seeds, picks, places, places, (seed, order, restarts, repeats) => {
        const log = interleave(logsOf(signal, seed), order);
        const again = repeatedAfter(log, repeats).flatMap((sketch, i) =>
          // One that was cut elsewhere, as long as it begins within what was taken.
          repeats.includes(i) && sketch.clocks.length === 0
            ? [sketch, { ...sketch, chunkStart: sketch.chunkStart + 3, chunkEnd: sketch.chunkEnd + 2 }]
            : [sketch],
        );
        assert.equal(JSON.stringify(run(signal, again, restarts)), JSON.stringify(run(signal, log)));
      }),
      { numRuns: 60 },
    );
  });

  test(`${signal}: closings come in the order of log time, none before what was settled`, () => {
    fc.assert(
      fc.property(seeds, picks, (seed, order) => {
        const reducer = createReducer(signal);
        const state = reducer.initial();
        let last = Number.NEGATIVE_INFINITY;
        for (const sketch of interleave(logsOf(signal, seed), order)) {
          const settled = reducer.settledUpTo(state);
          for (const { logTime } of reducer.apply(state, sketch, models)) {
            assert.ok(logTime >= last && logTime >= settled, `${logTime} after ${last} and ${settled}`);
            last = logTime;
          }
        }
      }),
      { numRuns: 60 },
    );
  });
}

test('rows are all accounted for: tested, late, left out as ahead, waiting for more, or in windows still open', () => {
  fc.assert(
    fc.property(seeds, picks, (seed, order) => {
      const reducer = createReducer('prediction');
      const state = reducer.initial();
      const log = interleave(logsOf('prediction', seed), order);
      const rows = log.flatMap(({ windows }) => windows).reduce((sum, { n }) => sum + n, 0);
      const tested = log
        .flatMap((sketch) => reducer.apply(state, sketch, models))
        .flatMap(({ signals }) => signals)
        .filter(({ ordinal }) => ordinal === 0)
        .reduce((sum, { n }) => sum + n, 0);
      const fold = state.models.get('m') ?? assert.fail('the model has rows');
      const sum = (groups: Iterable<{ readonly n: number }>) =>
        [...groups].reduce((all, { n }) => all + n, 0);
      const open = [...fold.windows.values()].reduce((all, { groups }) => all + sum(groups.values()), 0);
      const notYetCounted = [...fold.partitions.values()].flatMap(({ steps }) => steps);
      const late = fold.late + notYetCounted.reduce((all, step) => all + step.late, 0);
      assert.equal(tested + open + sum(fold.pending.values()) + late + fold.ahead, rows);
      assert.equal(fold.queue.size, 0, 'every chunk has had its turn');
    }),
    { numRuns: 60 },
  );
});
