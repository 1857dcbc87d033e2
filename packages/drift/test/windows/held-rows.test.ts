import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftSketch } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { createChunkSketcher } from '../../src/chunks/sketchers.ts';
import { createPartitionChunks, createReducer } from '../../src/index.ts';
import { ROW_WATCH } from '../../src/row-watch/version-watch.ts';
import { holdRows, isOverfull, MOST_HELD_ROWS } from '../../src/windows/held-rows.ts';
import { emptyModel } from '../../src/windows/state.ts';
import { answersOf, contextOf, profileOf, rowsOf, specOf } from '../fixtures.ts';
import { allRead, interleave } from './partition-logs.ts';

const ROWS = 1_200;
const TURNED_AT = 700;
const INTERVAL = 10;
const PARTITIONS = 3;
const spec = specOf({
  numeric: 2,
  lengthMs: 160 * INTERVAL,
  latenessMs: 3 * INTERVAL,
  minSamples: 50,
  rowsBudget: 1_000,
});
const context = contextOf(spec, profileOf(spec, 300));
const models = { of: () => context };
const data = rowsOf(spec, ROWS, createRandom(3));
const outputs = answersOf(data);

/** At what pace rows come: ms from one to the next in the log, and how much later by partition. */
interface Pace {
  readonly pauses: readonly number[];
  readonly delays: readonly number[];
}

/** Labelled rows whose truth turns, as each partition's chunks. */
function logsOf({ pauses, delays }: Pace): DriftSketch[][] {
  const offsets = new Array<number>(PARTITIONS).fill(0);
  const logs: DriftSketch[][] = offsets.map(() => []);
  const chunks = offsets.map((_, partition) =>
    createPartitionChunks(partition, (position) => {
      const sketcher = createChunkSketcher('concept', context, position);
      return {
        add: ({ value }: { value: number; offset: number }) => {
          sketcher.add(
            outcomeOf(value),
            data.features.subarray(value * data.width, (value + 1) * data.width),
          );
        },
        sketches: sketcher.sketches,
      };
    }),
  );
  let logTime = 0;
  for (let i = 0; i < ROWS; i++) {
    logTime += pauses[i % pauses.length] ?? 0;
    const partition = partitionOf(i);
    const offset = offsets[partition] ?? 0;
    offsets[partition] = offset + 1;
    logs[partition]?.push(...(chunks[partition]?.push(offset, logTime + (delays[partition] ?? 0), i) ?? []));
  }
  chunks.forEach((own, partition) => {
    logs[partition]?.push(...own.complete(offsets[partition] ?? 0, Number.MAX_SAFE_INTEGER));
  });
  return logs;
}

const partitionOf = (row: number) => (row * 7 + Math.floor(row / 5)) % PARTITIONS;

function outcomeOf(row: number) {
  const predicted = Number((outputs[2 * row + 1] ?? 0) >= 0.5);
  const truth = data.labels[row] ?? 0;
  return {
    version: 1,
    eventTime: row * INTERVAL,
    labelEventTime: row * INTERVAL,
    predicted,
    label: row < TURNED_AT ? truth : 1 - truth,
    confidence: outputs[2 * row + predicted] ?? 0,
    requestPartition: partitionOf(row),
    requestOffset: row,
    rivals: [],
  };
}

/** Alarms without how far the input had been read. */
function alarmsOf(
  log: readonly DriftSketch[],
  restartAt: readonly number[] = [],
): Omit<DriftSignal, 'through'>[] {
  const reducer = createReducer('concept');
  let state = reducer.initial();
  return [...log, allRead('concept', PARTITIONS)]
    .flatMap((sketch, i) => {
      if (restartAt.includes(i)) state = reducer.codec.decode(reducer.codec.encode(state));
      return reducer.apply(state, sketch, models);
    })
    .flatMap(({ signals }) => signals)
    .filter(({ detector }) => detector === ROW_WATCH)
    .map(({ through: _, ...alarm }) => alarm);
}

const expected = alarmsOf(logsOf({ pauses: [INTERVAL], delays: [] }).flat());

test('what turned is found once, at the row where it did', () => {
  assert.equal(expected.length, 1);
  const [{ windowStart, changePoint }] = expected as [DriftSignal];
  assert.ok(windowStart > TURNED_AT * INTERVAL);
  assert.ok(Math.abs((changePoint ?? 0) - TURNED_AT * INTERVAL) <= 30 * INTERVAL, `${changePoint}`);
});

test('rows that trickle, pour in flat out or come later on one partition raise the same alarms', () => {
  const pauses = fc.array(fc.constantFrom(0, 0, 0, 1, 10, 300), { minLength: 1, maxLength: 20 });
  const delays = fc.array(fc.nat(400), { minLength: PARTITIONS, maxLength: PARTITIONS });
  const picks = fc.array(fc.nat(PARTITIONS - 1), { maxLength: 40 });
  const restarts = fc.array(fc.nat(40), { maxLength: 3 });
  fc.assert(
    fc.property(pauses, delays, picks, restarts, (paused, late, order, restartAt) => {
      const log = interleave(logsOf({ pauses: paused, delays: late }), order);
      assert.deepEqual(alarmsOf(log, restartAt), expected);
    }),
    { numRuns: 40 },
  );
});

test('rows beyond the room do not wait', () => {
  const fold = emptyModel();
  const row = {
    version: 1,
    requestPartition: 0,
    predicted: 0,
    label: 0,
    features: new Float64Array(),
    columns: [],
  };
  const rows = Array.from({ length: MOST_HELD_ROWS + 1 }, (_, i) => ({
    ...row,
    eventTime: i,
    requestOffset: i,
  }));
  assert.deepEqual(holdRows(fold, rows.slice(1), { lengthMs: 1_600 }), []);
  assert.ok(!isOverfull(fold));
  holdRows(fold, rows.slice(0, 1), { lengthMs: 1_600 });
  assert.ok(isOverfull(fold));
});
