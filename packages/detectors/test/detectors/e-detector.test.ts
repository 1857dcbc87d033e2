import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { EDetector } from '../../src/detectors/e-detector.ts';

test('the average run length is at least the budget, for binary and for continuous losses', () => {
  for (const draw of [
    (uniform: number) => (uniform < 0.3 ? 1 : 0),
    // Mean 0.3 on [0, 0.6].
    (uniform: number) => 0.6 * uniform,
  ]) {
    const random = createRandom('run length');
    const detector = new EDetector('sr', { averageRunLength: 200, mean: 0.3 });
    let alarms = 0;
    const samples = 200_000;
    for (let i = 0; i < samples; i++) {
      detector.update(draw(random.uniform()));
      if (detector.drift) alarms++;
    }
    // At most 1,000 are expected; five standard deviations of slack.
    assert.ok(alarms <= 1000 + 5 * Math.sqrt(1000), `${alarms} alarms`);
  }
});

test('CUSUM is never above Shiryaev–Roberts', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 200 }), (values) => {
      const sr = new EDetector('sr', { mean: 0.4, averageRunLength: 1e12 });
      const cusum = new EDetector('cusum', { mean: 0.4, averageRunLength: 1e12 });
      for (const x of values) {
        sr.update(x);
        cusum.update(x);
        assert.ok(cusum.eValue <= sr.eValue * (1 + 1e-12));
      }
    }),
  );
});

test('Shiryaev–Roberts is the sum over all starts of the mixture of wealths', () => {
  const random = createRandom(1);
  const values = Array.from({ length: 60 }, (): number => (random.uniform() < 0.5 ? 1 : 0));
  const detector = new EDetector('sr', { mean: 0.25, bets: 2, averageRunLength: 1e12 });
  let expected = 0;
  for (const x of values) detector.update(x);
  for (let start = 0; start < values.length; start++) {
    for (const lambda of [0.5 / 0.25, Math.SQRT1_2 ** 3 / 0.25]) {
      expected += values.slice(start).reduce((wealth, x) => wealth * (1 + lambda * (x - 0.25)), 1) / 2;
    }
  }
  assert.ok(Math.abs(detector.eValue / expected - 1) < 1e-12, `${detector.eValue} ${expected}`);
});

test('losses in any range are scaled to it', () => {
  const unit = new EDetector('cusum', { mean: 0.25 });
  const wide = new EDetector('cusum', { mean: 5, low: 0, high: 20 });
  for (const x of [0, 0.5, 1, 0.25, 0.75]) {
    unit.update(x);
    wide.update(20 * x);
    assert.ok(Math.abs(unit.eValue - wide.eValue) < 1e-12);
  }
  assert.ok(Math.abs(wide.estimation - 10) < 1e-12);
});
