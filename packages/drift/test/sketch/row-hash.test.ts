import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { LOG_BITS, logMagnitude } from '../../src/sketch/log-magnitude.ts';
import { type RowSlots, rowHash, rowSlotsOf } from '../../src/sketch/row-hash.ts';

const NO_TEXT: RowSlots = { numbers: Int32Array.of(0, 1, 2), texts: new Int32Array(0) };

test('log2 of a magnitude is a whole number of 128ths, to within 0.01, whatever the sign', () => {
  const positive = fc.float({ min: Math.fround(2 ** -126), noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(positive, (value) => {
      const log = logMagnitude(value);
      assert.ok(Number.isInteger(log));
      assert.equal(logMagnitude(-value), log);
      assert.ok(Math.abs(log / 2 ** LOG_BITS - Math.log2(value)) <= 0.01);
    }),
    { examples: [[1], [2 ** -126], [3.4028234663852886e38], [Math.fround(1 - 2 ** -24)]] },
  );
});

test('a factor of two moves it by just one octave', () => {
  const value = fc.float({ min: 1, max: 2, noNaN: true });
  fc.assert(
    fc.property(value, fc.integer({ min: -120, max: 120 }), (one, power) => {
      assert.equal(logMagnitude(one * 2 ** power), logMagnitude(one) + power * 2 ** LOG_BITS);
    }),
  );
});

test('equal rows have one hash: -0 is 0, a missing value is one, a text is its letters', () => {
  const hash = (row: number[], texts: string[] = [], slots = NO_TEXT) =>
    rowHash(Float32Array.from(row), 0, texts, slots);
  assert.equal(hash([1, -0, Number.NaN]), hash([1, 0, Number.NaN]));
  assert.notEqual(hash([1, 2, 3]), hash([2, 1, 3]));
  const text: RowSlots = { numbers: Int32Array.of(0, 2), texts: Int32Array.of(1) };
  assert.equal(hash([1, 0, 3], ['a b'], text), hash([1, 1, 3], ['', 'a b'], text));
  assert.notEqual(hash([1, 0, 3], ['a b'], text), hash([1, 0, 3], ['b a'], text));
  assert.notEqual(hash([1, 0, 3], ['a b'], text), hash([1, Number.NaN, 3], ['a b'], text));
});

test('different rows share a bin of 512 no more often than by chance, small whole numbers too', () => {
  const random = createRandom(1);
  const rows = new Set(
    Array.from({ length: 20_000 }, () => [random.integer(60), random.integer(60), random.integer(60)].join()),
  );
  const bins = new Array<number>(512).fill(0);
  for (const row of rows) {
    const at = rowHash(Float32Array.from(row.split(','), Number), 0, [], NO_TEXT) >>> 23;
    bins[at] = (bins[at] ?? 0) + 1;
  }
  const expected = rows.size / 512;
  const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // Of 511 degrees of freedom: five standard deviations around its mean.
  assert.ok(Math.abs(chiSquare - 511) < 5 * Math.sqrt(2 * 511), `chi-square ${chiSquare}`);
});

test('rows are told by the eight columns with the most bins, texts as texts', () => {
  const measured = (name: string, bins: number) => ({
    ...{ name, centre: 0, scale: 1 },
    edges: Array.from({ length: bins }, (_, i) => i),
  });
  const numeric = Array.from({ length: 10 }, (_, i) => ({
    kind: 'numeric' as const,
    ...measured(`f${i}`, 30 - i),
  }));
  const text = { kind: 'text' as const, ...measured('text', 40), words: [], others: 128 };
  const { numbers, texts } = rowSlotsOf([...numeric, text]);
  assert.deepEqual([...numbers], [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...texts], [10]);
});
