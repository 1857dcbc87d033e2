import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import {
  decodeMemory,
  emptyMemory,
  encodeMemory,
  type Keep,
  type ReplayMemory,
  remember,
} from '../src/index.ts';

function rowsOf(labels: readonly number[], startTime = 0): LabelledRows {
  const data = allocateRows(labels.length, 1);
  labels.forEach((label, row) => {
    data.labels[row] = label;
    data.eventTimes[row] = startTime + row;
    data.features[row] = startTime + row;
  });
  return data;
}

function fill(memory: ReplayMemory, labels: readonly number[], keep: Keep, seed: number, startTime = 0) {
  return remember(memory, { rows: rowsOf(labels, startTime) }, keep, createRandom(seed));
}

test('the memory never holds more than its capacity, and only rows that were offered, once each', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }), { maxLength: 5 }),
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom<Keep>('reservoir', 'classBalanced', 'runBalanced', 'runAndClassBalanced'),
      fc.nat(),
      (runs, capacity, keep, seed) => {
        let memory = emptyMemory(1, capacity);
        let offered = 0;
        for (const labels of runs) {
          memory = fill(memory, labels, keep, seed + offered, offered);
          offered += labels.length;
          assert.equal(memory.rows.rows, Math.min(capacity, offered));
          assert.equal(new Set(memory.rows.features).size, memory.rows.rows);
          assert.equal(memory.origins.length, memory.rows.rows);
        }
        const all = runs.flat();
        for (let row = 0; row < memory.rows.rows; row++) {
          assert.equal(memory.rows.labels[row], all[memory.rows.features[row]!]);
        }
      },
    ),
  );
});

test('a reservoir keeps old and new rows with the same probability', () => {
  let kept = 0;
  for (let seed = 0; seed < 200; seed++) {
    let memory = emptyMemory(1, 20);
    for (let run = 0; run < 4; run++)
      memory = fill(memory, Array(50).fill(run), 'reservoir', seed * 10 + run, run * 50);
    kept += memory.origins.filter((origin) => origin === 1).length;
  }
  // 5 of 20 rows expected per memory; the standard error of the mean over 200 memories is about
  // 0.13.
  assert.ok(Math.abs(kept / 200 - 5) < 0.6, `${kept / 200} rows of the first run are kept on average`);
});

test('a class-balanced memory gives a rare class its share', () => {
  const labels = Array.from({ length: 1000 }, (_, row) => (row % 50 === 0 ? 1 : 0));
  const memory = fill(emptyMemory(1, 30), labels, 'classBalanced', 1);
  const rare = memory.rows.labels.filter((label) => label === 1).length;
  assert.equal(rare, 15);
  const times = memory.rows.eventTimes;
  const fromFirstHalf = times.filter((time) => time < 500).length;
  assert.ok(fromFirstHalf > 7 && fromFirstHalf < 23, 'the sample is spread over the run');
});

test('a memory balanced by run and class gives each pair its share', () => {
  const labels = Array.from({ length: 200 }, (_, row) => (row % 10 === 0 ? 1 : 0));
  let memory = emptyMemory(1, 40);
  for (let run = 0; run < 4; run++) memory = fill(memory, labels, 'runAndClassBalanced', run, run * 200);
  const pairs = new Map<string, number>();
  memory.origins.forEach((origin, row) => {
    const pair = `${origin}/${memory.rows.labels[row]}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  });
  assert.deepEqual([...pairs.values()], Array(8).fill(5));
});

test('rows that were offered before are not offered again', () => {
  const first = fill(emptyMemory(1, 100), Array(30).fill(0), 'reservoir', 1);
  const overlapping = remember(first, { rows: rowsOf(Array(50).fill(0)) }, 'reservoir', createRandom(2));
  assert.equal(overlapping.seen, 50);
  assert.equal(overlapping.rows.rows, 50);
});

test('a memory survives as bytes', () => {
  let memory = fill(emptyMemory(1, 10), [0, 1, 2, 3], 'reservoir', 1);
  memory = { ...memory, state: new Map([['fisher/hidden0/weight', Float32Array.of(1, 2, 3)]]) };
  assert.deepEqual(decodeMemory(encodeMemory(memory)), memory);
  assert.deepEqual(decodeMemory(encodeMemory(emptyMemory(7))), emptyMemory(7));
});

test('bytes that are no memory are refused', () => {
  const bytes = encodeMemory(fill(emptyMemory(1, 10), [0, 1], 'reservoir', 1));
  const corrupt = { code: 'ARTIFACT_CORRUPT' };
  assert.throws(() => decodeMemory(new Uint8Array(0)), corrupt);
  assert.throws(() => decodeMemory(bytes.subarray(0, bytes.length - 1)), corrupt);
  assert.throws(() => decodeMemory(Uint8Array.of(...bytes, 0)), corrupt);
  assert.throws(() => decodeMemory(new TextEncoder().encode('DLMEM1\n{"capacity":-1}\n')), corrupt);
});
