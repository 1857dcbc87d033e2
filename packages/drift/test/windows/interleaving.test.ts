import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftSketch, Signal } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { createReducer } from '../../src/index.ts';
import { chunkOf, contextOf, profileOf, rowsOf, specOf } from '../fixtures.ts';

const PARTITIONS = 3;
const spec = specOf({ numeric: 2, lengthMs: 100, latenessMs: 20, minSamples: 15 });
const context = contextOf(spec, profileOf(spec, 300));
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

/**
 * Chunks of each partition, event times rising with jitter, versions 1 then 2; then an end that closes all windows.
 *
 * @param cuts rows after which a chunk is published unfinished, as when its input comes in batches and then pauses; one per chunk, in turn
 */
function partitionLogs(signal: Signal, seed: number, cuts: readonly number[] = []): DriftSketch[][] {
  let turn = 0;
  const random = createRandom(seed);
  return Array.from({ length: PARTITIONS }, (_, partition) => {
    const chunks = 3 + random.integer(4);
    const size = 1 + random.integer(12);
    const log = Array.from({ length: chunks }, (_, chunk) => {
      const chunkStart = chunk * 16;
      const times = Array.from({ length: size }, () => chunk * 70 + random.integer(130)).sort(
        (a, b) => a - b,
      );
      const rows = rowsOf(spec, size, random);
      const upTo = (count: number, chunkEnd: number) => {
        const place = { partition, chunkStart, chunkEnd };
        return chunkOf(signal, context, place, rows, times.slice(0, count), chunk < 3 ? 1 : 2);
      };
      const cut = cuts.length === 0 ? 0 : (cuts[turn++ % cuts.length] ?? 0) % size;
      return [...(cut > 0 ? upTo(cut, chunkStart + cut) : []), ...upTo(size, chunkStart + 16)];
    }).flat();
    const chunkStart = chunks * 16;
    const place = { partition, chunkStart, chunkEnd: chunkStart + 16 };
    return [...log, ...chunkOf(signal, context, place, rowsOf(spec, 1, random), [5000])];
  });
}

/** Interleaves logs as the numbers say, keeping the order within each. */
function interleave(logs: readonly DriftSketch[][], picks: readonly number[]): DriftSketch[] {
  const rest = logs.map((log) => [...log]);
  const result: DriftSketch[] = [];
  for (const pick of picks) {
    const next = rest[pick % rest.length]?.shift();
    if (next) result.push(next);
  }
  return [...result, ...rest.flat()];
}

function run(signal: Signal, log: readonly DriftSketch[], restartAt: readonly number[] = []): DriftSignal[] {
  const reducer = createReducer(signal);
  let state = reducer.initial();
  return log.flatMap((sketch, i) => {
    if (restartAt.includes(i)) state = reducer.decode(reducer.encode(state));
    const result = reducer.apply(state, sketch, context, { partitions: PARTITIONS });
    state = result.state;
    return result.signals;
  });
}

for (const signal of SIGNALS) {
  test(`${signal}: any interleaving of partitions gives the same signals, byte for byte`, () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(fc.nat(PARTITIONS - 1), { maxLength: 30 }), (seed, picks) => {
        const logs = partitionLogs(signal, seed);
        const expected = JSON.stringify(run(signal, logs.flat()));
        assert.equal(JSON.stringify(run(signal, interleave(logs, picks))), expected);
      }),
      { numRuns: 60 },
    );
  });

  test(`${signal}: any batching of the input gives the same windows, byte for byte, seen through no later`, () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(fc.nat(PARTITIONS - 1), { maxLength: 30 }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }),
        (seed, picks, cuts) => {
          const whole = run(signal, partitionLogs(signal, seed).flat());
          const batched = run(signal, interleave(partitionLogs(signal, seed, cuts), picks));
          const windows = (signals: readonly DriftSignal[]) =>
            JSON.stringify(signals.map(({ through, ...rest }) => rest));
          assert.equal(windows(batched), windows(whole));
          // A chunk that is published before it is full says sooner that a window has passed.
          batched.forEach(({ through }, i) => {
            through.forEach(({ partition, offset }, k) => {
              assert.equal(partition, whole[i]?.through[k]?.partition);
              assert.ok(offset <= (whole[i]?.through[k]?.offset ?? -1));
            });
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test(`${signal}: a restart at any point, with repeated records, gives the same signals`, () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(fc.nat(PARTITIONS - 1), { maxLength: 30 }),
        fc.array(fc.nat(30), { maxLength: 4 }),
        (seed, picks, restarts) => {
          const log = interleave(partitionLogs(signal, seed), picks);
          // A map that restarts publishes its last chunks again.
          const repeated = log.flatMap((sketch, i) =>
            restarts.includes(i) ? [sketch, ...log.slice(0, i)] : [sketch],
          );
          assert.equal(JSON.stringify(run(signal, repeated, restarts)), JSON.stringify(run(signal, log)));
        },
      ),
      { numRuns: 60 },
    );
  });
}

test('rows are all accounted for: tested, late, or in windows still open', () => {
  fc.assert(
    fc.property(fc.nat(1000), (seed) => {
      const log = partitionLogs('prediction', seed).flat();
      const signals = run('prediction', log).filter(({ ordinal }) => ordinal === 0);
      const rows = log.flatMap(({ windows }) => windows).reduce((sum, { n }) => sum + n, 0);
      const tested = signals.reduce((sum, { n }) => sum + n, 0);
      const late = signals.at(-1)?.late ?? 0;
      // The three closing rows stay open, and at most minSamples - 1 rows of each version wait for more.
      assert.ok(tested + late <= rows - PARTITIONS, `${tested} + ${late} of ${rows}`);
      assert.ok(tested + late >= rows - PARTITIONS - 2 * (spec.window.minSamples - 1));
    }),
    { numRuns: 60 },
  );
});
