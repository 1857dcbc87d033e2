import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createRandom } from '@driftloop/stats';
import { estimatePerformance, fitCbpe, METRICS, realizedPerformance } from '../src/index.ts';

function binary(rows: number, seed: number, spread: number) {
  const random = createRandom(seed);
  const chance = Array.from({ length: rows }, () => 1 / (1 + Math.exp(-spread * random.normal())));
  return {
    probabilities: chance,
    predicted: chance.map((p): number => (p >= 0.5 ? 1 : 0)),
    truth: chance.map((p): number => (random.uniform() < p ? 1 : 0)),
  };
}

const options = { classes: 2, chunkSize: 500, random: createRandom(1) };
const bad = (error: unknown) => error instanceof DriftloopError && error.code === 'DATA_INVALID';

test('estimates lie within sampling error of what the labels say later, for better and for worse inputs', () => {
  const reference = fitCbpe(binary(20_000, 1, 2), options);
  for (const [seed, spread] of [
    [2, 2],
    [3, 1],
    [4, 4],
  ] as const) {
    const chunk = binary(5000, seed, spread);
    const estimates = estimatePerformance(reference, chunk);
    const real = realizedPerformance(chunk, 2);
    for (const metric of METRICS) {
      const { estimated, samplingError } = estimates[metric];
      assert.ok(
        Math.abs(estimated - real[metric]) < 5 * samplingError + 0.01,
        `${metric} ${estimated} ${real[metric]}`,
      );
    }
    assert.equal(estimates.accuracy.alert, spread !== 2);
  }
});

test('two classes as probabilities of both give the accuracy of one probability', () => {
  const rows = binary(3000, 5, 2);
  const one = fitCbpe(rows, { ...options, calibration: 'never' });
  const chunk = binary(700, 6, 2);
  const three = fitCbpe(
    { ...rows, probabilities: rows.probabilities.flatMap((p) => [1 - p, p, 0]) },
    { ...options, classes: 3, calibration: 'never' },
  );
  const both = estimatePerformance(three, {
    ...chunk,
    probabilities: chunk.probabilities.flatMap((p) => [1 - p, p, 0]),
  });
  const single = estimatePerformance(one, chunk);
  assert.ok(Math.abs(both.accuracy.estimated - single.accuracy.estimated) < 1e-12);
  assert.ok(Math.abs(both.accuracy.samplingError - single.accuracy.samplingError) < 1e-12);
});

test('a reference with one class or one row has an answer', () => {
  const same = fitCbpe({ probabilities: [0.9, 0.8], predicted: [1, 1], truth: [1, 1] }, options);
  const estimate = estimatePerformance(same, { probabilities: [0.7], predicted: [1] });
  assert.equal(estimate.accuracy.estimated, 0.7);
  assert.ok(Number.isNaN(estimate.rocAuc.estimated) || estimate.rocAuc.estimated >= 0);
  assert.doesNotThrow(() => fitCbpe({ probabilities: [0.9], predicted: [1], truth: [0] }, options));
});

test('what cannot be used is refused', () => {
  const rows = binary(100, 1, 1);
  assert.throws(() => fitCbpe({ probabilities: [], predicted: [], truth: [] }, options), bad);
  assert.throws(() => fitCbpe({ ...rows, truth: [1] }, options), bad);
  assert.throws(() => fitCbpe({ ...rows, truth: rows.truth.map(() => 2) }, options), bad);
  assert.throws(() => fitCbpe(rows, { ...options, chunkSize: 0 }), bad);
  assert.throws(() => fitCbpe(rows, { ...options, classes: 1 }), bad);
  const reference = fitCbpe(rows, options);
  assert.throws(() => estimatePerformance(reference, { probabilities: [Number.NaN], predicted: [1] }), bad);
  assert.throws(() => estimatePerformance(reference, { probabilities: [1.2], predicted: [1] }), bad);
  assert.throws(() => estimatePerformance(reference, { probabilities: [0.2, 0.8], predicted: [1] }), bad);
});
