import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createRandom } from '@driftloop/stats';
import { calibrate, chanceOf, createExpecter, fitExpectation, fitIsotonic } from '../src/index.ts';

const WIDTH = 3;

/**
 * A classifier that is too sure where x₁ is large; x₁ moves by `shift`. x₂ says nothing and is
 * sometimes missing.
 */
function answers(count: number, shift: number, seed: number) {
  const random = createRandom(seed);
  const features = new Float32Array(WIDTH * count);
  const outputs = new Float32Array(count);
  const predicted = new Float64Array(count);
  const truth = new Float64Array(count);
  const chance = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = [
      random.normal(),
      random.normal() + shift,
      random.uniform() < 0.1 ? Number.NaN : random.normal(),
    ];
    features.set(x, WIDTH * i);
    const said = 1 / (1 + Math.exp(-2 * (x[0] ?? 0)));
    const p = (x[1] ?? 0) > 0.5 ? 0.5 + 0.4 * (said - 0.5) : said;
    outputs[i] = said;
    predicted[i] = Number(said >= 0.5);
    truth[i] = Number(random.uniform() < p);
    chance[i] = predicted[i] === 1 ? p : 1 - p;
  }
  return { features, width: WIDTH, outputs, predicted, truth, classes: 2, chance };
}

/** Mean expected chance of being right. */
function meanExpected(
  rows: Pick<ReturnType<typeof answers>, 'features' | 'outputs' | 'predicted'>,
  expect: ReturnType<typeof createExpecter>,
) {
  const target = new Float32Array(1);
  let sum = 0;
  for (const [row, predicted] of rows.predicted.entries()) {
    expect(rows.features, row * WIDTH, rows.outputs, row, target, 0);
    sum += chanceOf(target, predicted);
  }
  return sum / rows.predicted.length;
}

const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;

test('the chance of being right holds where the inputs have moved, and where they have not', () => {
  const reference = answers(6000, 0, 1);
  const { expectation } = fitExpectation(reference);
  const expect = createExpecter(JSON.parse(JSON.stringify(expectation)));
  // Calibration alone is right on average over the reference.
  const calibration = fitIsotonic(reference.outputs, reference.truth);
  for (const shift of [0, 1, 2]) {
    const moved = answers(4000, shift, 2 + shift);
    const truth = mean(moved.chance);
    const gap = Math.abs(meanExpected(moved, expect) - truth);
    assert.ok(gap < 0.03, `${gap} at ${shift}`);
    if (shift === 0) continue;
    const calibrated = moved.predicted.map((predicted, row) => {
      const positive = calibrate(calibration, moved.outputs[row] ?? 0);
      return predicted === 1 ? positive : 1 - positive;
    });
    assert.ok(gap < 0.4 * Math.abs(mean(calibrated) - truth), `${gap} at ${shift}`);
  }
});

test('where the inputs tell nothing beside the answer, no tree is grown', () => {
  const rows = answers(6000, -9, 5);
  const { expectation, residuals } = fitExpectation(rows);
  assert.deepEqual(
    expectation.parts.map(({ trees }) => trees.roots.length),
    [0],
  );
  assert.equal(residuals.rows, 6000);
  assert.ok(Math.abs(residuals.sum / residuals.rows) < 0.02);
});

test('classes have chances that add up to one, and a second model says the losses of a regression', () => {
  const random = createRandom(3);
  const count = 2000;
  const features = Float32Array.from({ length: count }, () => random.normal());
  const truth = Float64Array.from({ length: count }, () => Math.floor(3 * random.uniform()));
  const outputs = Float32Array.from({ length: 3 * count }, (_, i) => {
    const right = truth[Math.floor(i / 3)] === i % 3;
    return (right && random.uniform() < 0.8 ? 0.8 : 0.1) + 0.01 * random.uniform();
  });
  const predicted = Float64Array.from({ length: count }, (_, row) => {
    const own = [...outputs.subarray(3 * row, 3 * row + 3)];
    return own.indexOf(Math.max(...own));
  });
  const { expectation } = fitExpectation({ features, width: 1, outputs, predicted, truth, classes: 3 });
  const target = new Float32Array(3);
  createExpecter(expectation)(features, 7, outputs, 21, target, 0);
  assert.ok(Math.abs(target.reduce((a, b) => a + b, 0) - 1) < 1e-6);

  const values = Float64Array.from(features, (x) => x + Math.abs(x) * random.normal());
  const regression = fitExpectation({
    features,
    width: 1,
    outputs: features,
    predicted: Float64Array.from(features),
    truth: values,
    classes: 0,
  });
  const losses = new Float32Array(2);
  const expect = createExpecter(regression.expectation);
  expect([2], 0, [2], 0, losses, 0);
  const [absolute = 0, squared = 0] = losses;
  assert.ok(absolute > 1 && absolute < 2.2, `${absolute}`);
  assert.ok(squared > 2 && squared < 7, `${squared}`);
});

test('what is kept has a bounded size, however many numbers a row has', () => {
  const random = createRandom(8);
  const count = 1500;
  const width = 200;
  const features = Float32Array.from({ length: width * count }, () => random.normal());
  const outputs = Float32Array.from({ length: count }, () => random.uniform());
  const predicted = Float64Array.from(outputs, (p) => Number(p >= 0.5));
  // One input says where the answers are wrong.
  const truth = Float64Array.from(predicted, (p, row) =>
    (features[row * width + 150] ?? 0) > 0 ? p : 1 - p,
  );
  const { expectation } = fitExpectation({ features, width, outputs, predicted, truth, classes: 2 });
  assert.ok(new Set(Array.from(expectation.parts[0]?.trees.column ?? [])).has(150));
  assert.ok(JSON.stringify(expectation).length < 200_000);
});

test('rows that do not fit are refused', () => {
  const good = answers(100, 0, 4);
  const bad = (error: unknown) => error instanceof DriftloopError && error.code === 'DATA_INVALID';
  assert.throws(() => fitExpectation({ ...good, truth: [1] }), bad);
  assert.throws(() => fitExpectation({ ...good, features: [1] }), bad);
  assert.throws(() => fitExpectation({ ...good, predicted: [], truth: [], outputs: [], features: [] }), bad);
});
