import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { Glr } from '../../src/detectors/glr.ts';

/** Bernoulli log-likelihood ratio of a rise `length` samples ago, from the definition. */
function ratio(values: readonly number[], length: number): number {
  const likelihood = (part: readonly number[]): number => {
    const ones = part.reduce((a, b) => a + b, 0);
    const p = ones / part.length;
    return (
      (ones > 0 ? ones * Math.log(p) : 0) + (ones < part.length ? (part.length - ones) * Math.log(1 - p) : 0)
    );
  };
  const older = values.slice(0, -length);
  const newer = values.slice(-length);
  const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
  return mean(newer) > mean(older) ? likelihood(older) + likelihood(newer) - likelihood(values) : 0;
}

test('the statistic is the largest likelihood ratio over the split points, by definition', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 20, max: 150 }), (seed, samples) => {
      const random = createRandom(seed);
      const window = 100;
      const detector = new Glr('bernoulli', {
        window,
        clock: 1,
        minSegment: 5,
        splits: 2000,
        threshold: 1e6,
      });
      const bounded = new Glr('bounded', { window, clock: 1, minSegment: 5, splits: 2000, threshold: 1e6 });
      const values: number[] = [];
      for (let i = 0; i < samples; i++) {
        const x = random.uniform() < (i < samples / 2 ? 0.3 : 0.6) ? 1 : 0;
        values.push(x);
        detector.update(x);
        bounded.update(x);
      }
      const kept = values.slice(-window);
      let best = 0;
      let bestLength: number | undefined;
      for (let length = 5; length <= kept.length - 5; length++) {
        const candidate = ratio(kept, length);
        if (candidate > best + 1e-12) {
          best = candidate;
          bestLength = length;
        }
      }
      assert.ok(
        Math.abs(detector.statistic - best) < 1e-9 * Math.max(1, best),
        `${detector.statistic} ${best}`,
      );
      assert.ok(Math.abs(bounded.statistic - best) < 1e-9 * Math.max(1, best));
      if (bestLength !== undefined && detector.changePoint !== bestLength) {
        assert.ok(
          Math.abs(ratio(kept, detector.changePoint ?? 5) - best) < 1e-9,
          'another split with the same ratio',
        );
      }
    }),
    { numRuns: 100 },
  );
});

test('the change point lies close to the change', () => {
  const random = createRandom(8);
  let error = 0;
  let found = 0;
  for (let run = 0; run < 40; run++) {
    const detector = new Glr('bernoulli');
    for (let i = 0; i < 3000; i++) {
      detector.update(random.uniform() < (i < 2000 ? 0.15 : 0.45) ? 1 : 0);
      if (!detector.drift) continue;
      if (i >= 2000) {
        found++;
        error += Math.abs(i + 1 - (detector.changePoint ?? 0) - 2000);
        break;
      }
    }
  }
  assert.equal(found, 40);
  assert.ok(error / found < 25, `mean error ${error / found}`);
});

test('a fall is drift only if it is asked for', () => {
  const up = new Glr('bounded', { low: -1, high: 1 });
  const down = new Glr('bounded', { low: -1, high: 1, side: 'down' });
  const both = new Glr('gaussian', { side: 'both' });
  const random = createRandom(2);
  const drifts = { up: 0, down: 0, both: 0 };
  for (let i = 0; i < 2000; i++) {
    const x = (i < 1000 ? 0.5 : -0.5) + 0.4 * (random.uniform() - 0.5);
    up.update(x);
    down.update(x);
    both.update(x);
    if (up.drift) drifts.up++;
    if (down.drift) drifts.down++;
    if (both.drift) drifts.both++;
  }
  assert.deepEqual(drifts, { up: 0, down: 1, both: 1 });
});

test('the Gaussian ratio does not depend on where zero is or on the unit', () => {
  const random = createRandom(6);
  const plain = new Glr('gaussian', { window: 200, threshold: 1e9 });
  const moved = new Glr('gaussian', { window: 200, threshold: 1e9 });
  for (let i = 0; i < 1000; i++) {
    const x = random.normal() + (i > 900 ? 1 : 0);
    plain.update(x);
    moved.update(1e6 + 1e-2 * x);
    if (plain.statistic > 1) assert.ok(Math.abs(moved.statistic / plain.statistic - 1) < 1e-4);
  }
  assert.ok(plain.statistic > 1);
});
