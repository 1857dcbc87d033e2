import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockExtremes, distanceBetween, occupancy } from '../../src/profile/block-extremes.ts';

const BLOCKS = [
  { from: 0, to: 4 },
  { from: 4, to: 8 },
];

/** Eight rows in four bins, of which the last may hold what is missing. */
function extremesOf(bins: number[], values: number[], isOrdered = true, valueBins = 4) {
  const column = { values: Float32Array.from(values), bins: Int32Array.from(bins), valueBins, isOrdered };
  return blockExtremes(column, BLOCKS);
}

test('blocks that are like the reference stray by nothing', () => {
  const extremes = extremesOf([0, 1, 2, 3, 0, 1, 2, 3], [1, 2, 4, 8, 1, 2, 4, 8]);
  assert.deepEqual(extremes, {
    ...{ distance: 0, missing: 0, largest: 0.25, absent: 0, occupied: 1 },
    ...{ magnitude: 0, spread: 0, mean: 0 },
  });
});

test('how far the furthest block lies is told, in each of the ways', () => {
  // Rows 0 to 3 have small values, the others large ones: half of the bins each.
  const ordered = extremesOf([0, 0, 1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 4, 4, 8, 8]);
  assert.equal(ordered?.distance, 0.5);
  assert.equal(ordered?.largest, 0.5);
  assert.equal(ordered?.absent, 0.5);
  // log2 is 0, 0, 1, 1, 2, 2, 3, 3: the halves are one octave from the mean.
  assert.ok(Math.abs((ordered?.magnitude ?? 0) - 1) < 0.01);
  assert.ok((ordered?.occupied ?? 1) < 0.75);
  assert.equal(extremesOf([0, 0, 0, 0, 1, 1, 1, 1], new Array(8).fill(1), false)?.distance, 0.5);
});

test('values that are missing in one block are more there than in all', () => {
  const extremes = extremesOf([0, 1, 4, 4, 0, 1, 0, 1], [1, 2, Number.NaN, Number.NaN, 1, 2, 1, 2]);
  assert.equal(extremes?.missing, 0.25);
});

test('without blocks nothing is known of them', () => {
  const column = { values: new Float32Array(8), bins: new Int32Array(8), valueBins: 1, isOrdered: true };
  assert.equal(blockExtremes(column, []), undefined);
});

test('a distance is of distribution functions, and an empty side is as far as can be', () => {
  assert.equal(distanceBetween([1, 1, 0, 0], [0, 0, 1, 1]), 1);
  assert.equal(distanceBetween([1, 1], [10, 10]), 0);
  assert.equal(distanceBetween([], [1]), 1);
});

test('bins with rows are beside as many as independent rows would be in', () => {
  assert.equal(occupancy([1, 0], [5, 5], 1), 1);
  assert.ok(occupancy([100, 0, 0, 0], [5, 5, 5, 5], 100) < 0.26);
});
