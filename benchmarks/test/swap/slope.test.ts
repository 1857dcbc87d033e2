import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { slopeOf } from '../../src/swap/slope.ts';

test('a line without noise has its slope and no error', () => {
  const { perUnit, error } = slopeOf([0, 1, 2, 5].map((x) => ({ x, y: 3 - 2 * x })));
  assert.equal(perUnit, -2);
  assert.ok(error < 1e-12);
});

test('noise alone is within its error as often as that promises, and a slope beyond it is seen', () => {
  const random = createRandom(1);
  const points = (slope: number) =>
    Array.from({ length: 40 }, (_, x) => ({ x, y: slope * x + random.normal() }));
  const isNoise = (slope: number) => {
    const { perUnit, error } = slopeOf(points(slope));
    return Math.abs(perUnit) <= 2 * error;
  };
  const share = (slope: number) =>
    Array.from({ length: 400 }, () => isNoise(slope)).filter(Boolean).length / 400;
  assert.ok(share(0) > 0.91, `${share(0)}`);
  // Four standard errors: 1 / sqrt(40 * (40² - 1) / 12).
  assert.ok(share(0.055) < 0.06);
});
