import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { featureStatistics, labelUnit } from '../src/data/statistics.ts';
import { inverseOrZero } from '../src/factory/layers.ts';
import { checkForgetting } from '../src/gate/forgetting.ts';
import { checkRecent } from '../src/gate/recent.ts';
import { scoreAnswers } from '../src/gate/scores.ts';
import { DEFAULT_GATE } from '../src/gate/settings.ts';

const ROWS = 240;

/**
 * Rows whose labels are 3 + 2x and an error, and the answers of a model whose errors are `worse`
 * times as large.
 */
function rowsIn(unit: number, featureUnit = 1, offset = 0): LabelledRows {
  const random = createRandom(4);
  const x = Float32Array.from({ length: ROWS }, () => random.normal());
  return {
    rows: ROWS,
    width: 1,
    features: x.map((value) => (Math.fround(value) + offset) * featureUnit),
    labels: x.map((value) => Math.fround(3 + 2 * value) * unit),
    weights: new Float32Array(ROWS).fill(1),
    eventTimes: Float64Array.from({ length: ROWS }, (_, i) => i),
  };
}

function answers(data: LabelledRows, unit: number, size: number): Float32Array {
  const random = createRandom(5);
  return data.labels.map((label) => label + Math.fround(size * random.normal()) * unit);
}

const UNITS = [2 ** -60, 2 ** -30, 1, 2 ** 30, 2 ** 60];

test('the gate says the same in every unit of the label', () => {
  const verdictIn = (unit: number) => {
    const data = rowsIn(unit);
    const scored = (size: number) => scoreAnswers(answers(data, unit, size), data, 'regression');
    return [0.5, 0.503, 0.6, 2].map((size) => {
      const recent = checkRecent(scored(0.5), scored(size), 'regression', DEFAULT_GATE);
      const forgetting = checkForgetting(scored(0.5), scored(size), 0, 'regression', DEFAULT_GATE);
      return [recent.passed, recent.metrics.pWorse, recent.metrics.recentGain, forgetting.passed];
    });
  };
  const here = verdictIn(1);
  assert.deepEqual(
    here.map(([passed]) => passed),
    [true, true, false, false],
  );
  for (const unit of UNITS) assert.deepEqual(verdictIn(unit), here);
});

test('beside an exact live version a candidate that errs is worse, by a number that JSON holds', () => {
  for (const unit of UNITS) {
    const data = rowsIn(unit);
    const exact = scoreAnswers(data.labels, data, 'regression');
    const off = scoreAnswers(answers(data, unit, 0.1), data, 'regression');
    for (const check of [
      checkRecent(exact, off, 'regression', DEFAULT_GATE),
      checkForgetting(exact, off, 0, 'regression', DEFAULT_GATE),
    ]) {
      assert.equal(check.passed, false);
      assert.ok(Object.values(check.metrics).every(Number.isFinite), JSON.stringify(check.metrics));
    }
    assert.equal(checkRecent(exact, exact, 'regression', DEFAULT_GATE).passed, true);
  }
});

test('standardisation finds the variation of features in any unit and far from 0, and none in a constant', () => {
  const standardised = (data: LabelledRows) => {
    const { mean, std } = featureStatistics(data);
    const scale = Math.fround(inverseOrZero(std[0] ?? 0));
    return data.features.map((value) => (value - (mean[0] ?? 0)) * scale);
  };
  const here = standardised(rowsIn(1));
  for (const unit of [2 ** -120, 2 ** -60, 2 ** 60, 2 ** 120])
    assert.deepEqual(standardised(rowsIn(1, unit)), here);
  const far = standardised(rowsIn(1, 1, 2 ** 22));
  assert.ok(far.every((value, row) => Math.abs(value - (here[row] ?? 0)) < 0.6));
  const constant = { ...rowsIn(1), features: new Float32Array(ROWS).fill(0.1) };
  assert.ok(standardised(constant).every((value) => value === 0));
  // float32 does not hold the inverse of a denormal spread.
  assert.equal(inverseOrZero(1e-44), 0);
});

test('the unit of labels is their variance, and that of a constant its square', () => {
  for (const unit of UNITS) assert.equal(labelUnit(rowsIn(unit)) / unit / unit, labelUnit(rowsIn(1)));
  const constant = (label: number) => ({ ...rowsIn(1), labels: new Float32Array(ROWS).fill(label) });
  assert.ok(Math.abs(labelUnit(constant(-3)) - 9) < 1e-9);
  assert.equal(labelUnit(constant(0)), 1);
});
