import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockTest } from '../../src/gate/paired-test.ts';

/**
 * Survival function of Student's t with 1, 2 and 3 degrees of freedom in closed form (Abramowitz &
 * Stegun, 26.7.3 and 26.7.4).
 */
const SURVIVAL: Readonly<Record<number, (t: number) => number>> = {
  1: (t) => 0.5 - Math.atan(t) / Math.PI,
  2: (t) => 0.5 - t / (2 * Math.sqrt(2 + t * t)),
  3: (t) => {
    const x = t / Math.sqrt(3);
    return 0.5 - (x / (1 + x * x) + Math.atan(x)) / Math.PI;
  },
};

/** Rows of stretches, each of one value. */
const stretches = (rowsOfEach: number, ...values: number[]) =>
  Float64Array.from(values.flatMap((value) => new Array<number>(rowsOfEach).fill(value)));

function assertTest(differences: Float64Array, mean: number, standardError: number, degrees: number): void {
  const found = blockTest(differences);
  assert.ok(Math.abs(found.mean - mean) < 1e-12, `mean ${found.mean}`);
  assert.ok(Math.abs(found.standardError - standardError) < 1e-12, `standard error ${found.standardError}`);
  const expected = SURVIVAL[degrees]!(mean / standardError);
  assert.ok(Math.abs(found.pAbove - expected) < 1e-9, `p ${found.pAbove}, not ${expected}`);
}

test('a stretch is of 15 rows or more, and there are two at least', () => {
  assertTest(stretches(1, 1, 3), 2, 1, 1);
  assertTest(stretches(22, 1, 3), 2, 1, 1);
  assertTest(stretches(15, 1, 3, 2), 2, Math.sqrt(2 / 2 / 3), 2);
  assertTest(stretches(15, -1, -3, -2, -2), -2, Math.sqrt(2 / 3 / 4), 3);
});

test('there are 12 stretches at most', () => {
  // 24 that differ in pairs: every one of twelve has the mean 2.
  const { mean, standardError } = blockTest(
    stretches(15, ...Array.from({ length: 24 }, (_, i) => 1 + 2 * (i % 2))),
  );
  assert.deepEqual([mean, standardError], [2, 0]);
  // 12 of them: variance of a stretch 12/11, of their mean a twelfth of it.
  const twelve = blockTest(stretches(15, ...Array.from({ length: 12 }, (_, i) => 1 + 2 * (i % 2))));
  assert.ok(Math.abs(twelve.standardError - Math.sqrt(1 / 11)) < 1e-12, `${twelve.standardError}`);
});

test('every row is in one stretch, though their number does not divide by that of stretches', () => {
  // 47 rows are 3 stretches of 15, 16 and 16; the differing rows begin and end them.
  const differences = new Float64Array(47);
  differences[14] = 15;
  differences[15] = 32;
  differences[46] = 48;
  const mean = 95 / 47;
  const variance = ((1 - mean) ** 2 + (2 - mean) ** 2 + (3 - mean) ** 2) / 2;
  assertTest(differences, mean, Math.sqrt(variance / 3), 2);
});

test('fewer rows than two say nothing', () => {
  assert.deepEqual(blockTest(new Float64Array(0)), {
    mean: 0,
    standardError: Number.POSITIVE_INFINITY,
    pAbove: 0.5,
  });
  assert.deepEqual(blockTest(Float64Array.of(4)), {
    mean: 4,
    standardError: Number.POSITIVE_INFINITY,
    pAbove: 0.5,
  });
});

test('differences that do not differ are above 0, or they are not', () => {
  assert.deepEqual(
    [2, 0, -2].map((value) => blockTest(stretches(15, value, value))),
    [
      { mean: 2, standardError: 0, pAbove: 0 },
      { mean: 0, standardError: 0, pAbove: 1 },
      { mean: -2, standardError: 0, pAbove: 1 },
    ],
  );
});
