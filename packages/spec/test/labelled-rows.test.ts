import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allocateRows, concatRows, copyRow, type LabelledRows, selectRows, sliceRows } from '../src/index.ts';

/** A row as one value; what it holds says which it is. */
const rowsOf = (data: LabelledRows): number[][] =>
  Array.from({ length: data.rows }, (_, i) => [
    ...data.features.subarray(i * data.width, (i + 1) * data.width),
    data.labels[i]!,
    data.weights[i]!,
    data.eventTimes[i]!,
  ]);

function numbered(rows: number, width: number, from = 0): LabelledRows {
  const data = allocateRows(rows, width);
  data.features.forEach((_, i) => {
    data.features[i] = from * width + i;
  });
  for (let i = 0; i < rows; i++) {
    data.labels[i] = from + i + 0.25;
    data.weights[i] = from + i + 0.5;
    data.eventTimes[i] = 1_790_000_000_001 + from + i;
  }
  return data;
}

const sizes = fc.record({ rows: fc.nat(12), width: fc.integer({ min: 1, max: 4 }) });

test('rows to be filled count once each', () => {
  assert.deepEqual(rowsOf(allocateRows(2, 3)), [
    [0, 0, 0, 0, 1, 0],
    [0, 0, 0, 0, 1, 0],
  ]);
});

test('a slice is the rows in between, in the same memory', () => {
  fc.assert(
    fc.property(sizes, fc.nat(12), fc.nat(12), ({ rows, width }, a, b) => {
      const [start, end] = [Math.min(a, b, rows), Math.min(Math.max(a, b), rows)];
      const data = numbered(rows, width);
      const slice = sliceRows(data, start, end);
      assert.deepEqual(rowsOf(slice), rowsOf(data).slice(start, end));
      assert.deepEqual(rowsOf(sliceRows(data, start)), rowsOf(data).slice(start));
      assert.equal(slice.features.buffer, data.features.buffer);
    }),
  );
});

test('a slice that ends before it begins has no rows', () => {
  assert.equal(sliceRows(numbered(5, 2), 4, 2).rows, 0);
});

test('rows are chosen in the order asked for, and copied', () => {
  const data = numbered(4, 3);
  const chosen = selectRows(data, [3, 0, 3]);
  const [first, , , last] = rowsOf(data);
  assert.deepEqual(rowsOf(chosen), [last, first, last]);
  assert.equal(chosen.labels.length, 3);
  chosen.features.fill(-1);
  assert.ok(!data.features.includes(-1));
});

test('parts follow each other, and cutting undoes it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 4 }), fc.integer({ min: 1, max: 3 }), (lengths, width) => {
      const parts = lengths.map((rows, i) => numbered(rows, width, 10 * i));
      const all = concatRows(parts, width);
      assert.equal(all.width, width);
      assert.deepEqual(rowsOf(all), parts.flatMap(rowsOf));
    }),
  );
});

test('a row is copied whole, over the one at its place', () => {
  const target = allocateRows(3, 2);
  copyRow(numbered(4, 2), 2, target, 1);
  assert.deepEqual(rowsOf(target), [
    [0, 0, 0, 1, 0],
    [4, 5, 2.25, 2.5, 1_790_000_000_003],
    [0, 0, 0, 1, 0],
  ]);
});
