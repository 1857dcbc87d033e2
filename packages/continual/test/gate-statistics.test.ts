import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateRows } from '../src/data/labelled-rows.ts';
import {
  mcnemarWorse,
  notWorseBy,
  standardNormalQuantile,
  upperTailOfFairCoin,
} from '../src/gate/paired-test.ts';
import { scoreAnswers } from '../src/gate/scores.ts';

test('the exact binomial tail equals sums of exact fractions', () => {
  assert.ok(Math.abs(upperTailOfFairCoin(10, 8) - 0.0546875) < 1e-12);
  assert.ok(Math.abs(upperTailOfFairCoin(25, 18) - 0.02164262533187866) < 1e-12);
  assert.equal(upperTailOfFairCoin(5, 0), 1);
  assert.ok(Math.abs(upperTailOfFairCoin(10_000, 5_000) - 0.5039893230696911) < 1e-9);
});

test('McNemar is one-sided: only a candidate that loses rows is worse', () => {
  assert.ok(mcnemarWorse({ rows: 100, onlyLive: 15, onlyCandidate: 3 }) < 0.01);
  assert.ok(mcnemarWorse({ rows: 100, onlyLive: 3, onlyCandidate: 15 }) > 0.99);
  assert.equal(mcnemarWorse({ rows: 100, onlyLive: 0, onlyCandidate: 0 }), 1);
});

test('the bound on what is lost tightens with rows', () => {
  const few = notWorseBy({ rows: 50, onlyLive: 5, onlyCandidate: 5 }, 0.8);
  const many = notWorseBy({ rows: 5000, onlyLive: 500, onlyCandidate: 500 }, 0.8);
  assert.ok(few < -0.04 && many > -0.01 && many < 0);
});

test('normal quantiles', () => {
  assert.ok(Math.abs(standardNormalQuantile(0.95) - 1.6448536) < 1e-5);
  assert.ok(Math.abs(standardNormalQuantile(0.2) + 0.8416212) < 1e-5);
});

test('scores: accuracy, log loss and calibration error by hand', () => {
  const data = allocateRows(4, 1);
  data.labels.set([0, 1, 1, 0]);
  const outputs = Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.75, 0.25, 0.6, 0.4);
  const scores = scoreAnswers(outputs, data, 'binary');
  assert.equal(scores.accuracy, 0.75);
  const expected = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.25) + Math.log(0.6)) / 4;
  assert.ok(Math.abs(scores.loss - expected) < 1e-6);
  // Bins: 0.9 right, 0.8 right, 0.75 wrong, 0.6 right.
  assert.ok(Math.abs(scores.calibrationError - (0.1 + 0.2 + 0.75 + 0.4) / 4) < 1e-6);
});
