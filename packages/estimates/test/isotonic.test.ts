import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { calibrate, checkCalibration, fitIsotonic } from '../src/index.ts';

const sample = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
});

function fit(points: [number, number][]) {
  return fitIsotonic(
    points.map(([x]) => x),
    points.map(([, y]) => y),
  );
}

test('the fit rises, keeps the mean, and no shift of a block makes it better', () => {
  fc.assert(
    fc.property(sample, (points) => {
      const knots = fit(points);
      for (let i = 1; i < knots.x.length; i++) {
        assert.ok((knots.x[i] ?? 0) > (knots.x[i - 1] ?? 0));
        assert.ok((knots.y[i] ?? 0) >= (knots.y[i - 1] ?? 0));
      }
      const sum = points.reduce((total, [x]) => total + calibrate(knots, x), 0);
      assert.ok(Math.abs(sum - points.reduce((total, [, y]) => total + y, 0)) < 1e-9);
      // Least squares among rising functions: any other, here the diagonal one, is no better.
      const error = (of: (x: number) => number) =>
        points.reduce((total, [x, y]) => total + (of(x) - y) ** 2, 0);
      assert.ok(error((x) => calibrate(knots, x)) <= error((x) => x / 20) + 1e-9);
    }),
  );
});

test('the order of the rows does not matter', () => {
  fc.assert(
    fc.property(sample, fc.nat(), (points, seed) => {
      assert.deepEqual(fit(createRandom(seed).shuffle(points.slice())), fit(points));
    }),
  );
});

test('beyond the ends the outer values hold; NaN stays NaN', () => {
  const knots = fitIsotonic([0.2, 0.8], [0, 1]);
  assert.deepEqual(
    [0, 0.2, 0.5, 0.8, 1].map((x) => Math.round(calibrate(knots, x) * 1e12) / 1e12),
    [0, 0, 0.5, 1, 1],
  );
  assert.ok(Number.isNaN(calibrate(knots, Number.NaN)));
});

test('overconfident scores need calibration, true chances do not, one class never', () => {
  const random = createRandom(5);
  const chances = Array.from({ length: 4000 }, () => random.uniform());
  const targets = chances.map((p) => (random.uniform() < p ? 1 : 0));
  const overconfident = chances.map((p) => p ** 3 / (p ** 3 + (1 - p) ** 3));
  assert.equal(checkCalibration(overconfident, targets, random).helps, true);
  const { before } = checkCalibration(chances, targets, random);
  assert.ok(before < 0.04);
  assert.equal(checkCalibration([0.2, 0.4], [1, 1], random).helps, false);
});

test('no rows, other lengths and NaN are refused', () => {
  const bad = (error: unknown) => error instanceof DriftloopError && error.code === 'DATA_INVALID';
  assert.throws(() => fitIsotonic([], []), bad);
  assert.throws(() => fitIsotonic([1], [1, 0]), bad);
  assert.throws(() => fitIsotonic([Number.NaN], [1]), bad);
});
