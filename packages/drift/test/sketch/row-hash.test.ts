import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { FAULT_LAYOUT } from '../../src/layout/fault-layout.ts';
import { type FeatureLayout, sealLayout, shapeOf } from '../../src/layout/input-layout.ts';
import { createDataSketch } from '../../src/sketch/data-sketch.ts';
import { LOG_BITS, logMagnitude } from '../../src/sketch/log-magnitude.ts';
import { rowHashes } from '../../src/sketch/row-hash.ts';

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

const edges = Array.from({ length: 61 }, (_, i) => i);
const NUMBERS: FeatureLayout[] = ['a', 'b', 'c'].map((name) => ({
  kind: 'numeric',
  ...{ name, edges, centre: 30, scale: 17 },
}));
const MIXED: FeatureLayout[] = [
  ...NUMBERS.slice(0, 2),
  { kind: 'categorical', name: 'k', categories: [0, 1], codes: [1, -1], otherCode: 0, others: 1 },
];

/** The bins of whole rows that a sketch of these has counted. */
function binsOf(features: readonly FeatureLayout[], rows: readonly (readonly number[])[]): Float64Array {
  const layout = sealLayout({ features, multivariate: null, faults: FAULT_LAYOUT });
  const sketch = createDataSketch(layout);
  for (const row of rows) sketch.add(Float32Array.from(row));
  const { faults } = shapeOf(layout);
  return sketch.vector().slice(faults?.rows, faults?.lags);
}

const SAME: readonly (readonly [number[], number[]])[] = [
  [
    [1, -0, 0],
    [1, 0, 0],
  ],
  [
    [Number.NaN, 2, 1],
    [Number.NaN, 2, 1],
  ],
  [
    [5, 2, 7],
    [5, 2, 9],
  ],
];
const OTHER: readonly (readonly [number[], number[]])[] = [
  [
    [1, 2, 0],
    [2, 1, 0],
  ],
  [
    [1, 2, 0],
    [1, 2, 1],
  ],
  [
    [1, 2, 0],
    [1, Number.NaN, 0],
  ],
  [
    [Number.NaN, 2, 0],
    [Number.POSITIVE_INFINITY, 2, 0],
  ],
  [
    [1e9, 2, 0],
    [2e9, 2, 0],
  ],
];

test('rows count as one where all that is counted of their columns is the same', () => {
  for (const [a, b] of SAME) {
    assert.ok(binsOf(MIXED, [a, b]).includes(2), `${a} and ${b}`);
    const [first, second] = rowHashes(MIXED, Float32Array.from([...a, ...b]));
    assert.equal(first, second);
  }
  for (const [a, b] of OTHER) {
    assert.ok(!binsOf(MIXED, [a, b]).includes(2), `${a} and ${b}`);
    const [first, second] = rowHashes(MIXED, Float32Array.from([...a, ...b]));
    assert.notEqual(first, second);
  }
});

test('different rows share a bin of 512 no more often than by chance, small whole numbers too', () => {
  const random = createRandom(1);
  const rows = new Set(
    Array.from({ length: 20_000 }, () => [random.integer(60), random.integer(60), random.integer(60)].join()),
  );
  const bins = binsOf(
    NUMBERS,
    [...rows].map((row) => row.split(',').map(Number)),
  );
  const expected = rows.size / 512;
  const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // Of 511 degrees of freedom: five standard deviations around its mean. Fewer collisions than
  // chance would have do no harm.
  assert.ok(chiSquare - 511 < 5 * Math.sqrt(2 * 511), `chi-square ${chiSquare}`);
});
