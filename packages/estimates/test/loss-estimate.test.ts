import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createRandom } from '@driftloop/stats';
import { estimateLoss, fitLossEstimate } from '../src/index.ts';

/**
 * A model that answers 2·x₀; its error grows with |x₁|, which shifts. x₂ is noise and sometimes
 * missing.
 */
function rows(count: number, shift: number, seed: number) {
  const random = createRandom(seed);
  const features = new Float64Array(3 * count);
  const predicted = new Float64Array(count);
  const truth = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = [
      random.normal(),
      random.normal() + shift,
      random.uniform() < 0.1 ? Number.NaN : random.normal(),
    ];
    features.set(x, 3 * i);
    predicted[i] = 2 * (x[0] ?? 0);
    truth[i] = 2 * (x[0] ?? 0) + random.normal() * Math.abs(x[1] ?? 0);
  }
  return { features, predicted, truth };
}

function meanLoss({ predicted, truth }: ReturnType<typeof rows>, loss: 'absolute' | 'squared'): number {
  let sum = 0;
  for (let i = 0; i < predicted.length; i++) {
    const error = Math.abs((predicted[i] ?? 0) - (truth[i] ?? 0));
    sum += loss === 'squared' ? error * error : error;
  }
  return sum / predicted.length;
}

for (const loss of ['absolute', 'squared'] as const) {
  test(`the ${loss} loss is estimated where inputs moved, without labels`, () => {
    const reference = fitLossEstimate(rows(6000, 0, 1), { width: 3, chunkSize: 600, loss });
    const same = rows(2000, 0, 2);
    const unchanged = estimateLoss(reference, same);
    assert.equal(unchanged.alert, false);
    assert.ok(Math.abs(unchanged.estimated - meanLoss(same, loss)) < 4 * unchanged.samplingError);
    const moved = rows(2000, 1.2, 3);
    const estimate = estimateLoss(reference, moved);
    assert.equal(estimate.alert, true);
    const real = meanLoss(moved, loss);
    const before = meanLoss(same, loss);
    // Much of the rise is foreseen; what lies beyond the reference's range cannot be.
    assert.ok(estimate.estimated - before > 0.45 * (real - before), `${estimate.estimated} of ${real}`);
    assert.deepEqual(estimateLoss(JSON.parse(JSON.stringify(reference)), moved), estimate);
  });
}

test('a model that is always right is estimated so, and constant features do no harm', () => {
  const features = new Float64Array(60).fill(1);
  const predicted = Float64Array.from({ length: 60 }, (_, i) => i);
  const reference = fitLossEstimate({ features, predicted, truth: predicted }, { width: 1, chunkSize: 10 });
  assert.deepEqual(estimateLoss(reference, { features, predicted }), {
    estimated: 0,
    samplingError: 0,
    lower: 0,
    upper: 0,
    alert: false,
  });
});

test('what cannot be used is refused', () => {
  const good = rows(100, 0, 4);
  const reference = fitLossEstimate(good, { width: 3, chunkSize: 10 });
  const bad = (error: unknown) => error instanceof DriftloopError && error.code === 'DATA_INVALID';
  assert.throws(() => fitLossEstimate(rows(10, 0, 1), { width: 3, chunkSize: 10 }), bad);
  assert.throws(() => fitLossEstimate({ ...good, truth: [1] }, { width: 3, chunkSize: 10 }), bad);
  assert.throws(() => estimateLoss(reference, { features: [], predicted: [] }), bad);
  assert.throws(() => estimateLoss(reference, { features: [1, 2], predicted: [1] }), bad);
  assert.throws(() => estimateLoss(reference, { features: [1, 2, 3], predicted: [Number.NaN] }), bad);
});
