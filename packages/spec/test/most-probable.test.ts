import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isOutputWidth,
  mostProbable,
  mostProbableLogit,
  outputWidthsOf,
  predictedOf,
  probabilityOf,
} from '../src/index.ts';

const TASKS = ['binary', 'multiclass', 'regression'] as const;
const probability = fc.double({ min: 0, max: 1, noNaN: true });

test('the first of the largest probabilities is named; a single one of at least one half names class 1', () => {
  assert.deepEqual([...predictedOf(Float32Array.of(0.5, 0.5, 0.2, 0.8), 2, 2, 'binary')], [0, 1]);
  assert.deepEqual([...predictedOf(Float32Array.of(0.4, 0.5, 0.6), 3, 1, 'binary')], [0, 1, 1]);
  assert.deepEqual([...predictedOf(Float32Array.of(0.3, 0.4, 0.3), 1, 3, 'multiclass')], [1]);
  assert.deepEqual([...predictedOf(Float32Array.of(-3.5), 1, 1, 'regression')], [-3.5]);
});

test('the first of the largest logits is named; a single one of at least 0 names class 1', () => {
  const named = (...logits: number[]) => mostProbableLogit(logits, 0, logits.length);
  assert.deepEqual([named(-1), named(0), named(1, 0, 3), named(-3, -1, -1)], [0, 1, 2, 1]);
});

test('the class that is named has the largest probability', () => {
  fc.assert(
    fc.property(fc.array(probability, { minLength: 1, maxLength: 6 }), fc.nat(3), (answer, before) => {
      const outputs = Float64Array.from([...new Array(before).fill(0.5), ...answer]);
      const best = mostProbable(outputs, before, answer.length);
      const classes = Math.max(2, answer.length);
      const own = probabilityOf(outputs, before, answer.length, best);
      for (let label = 0; label < classes; label++)
        assert.ok(own >= probabilityOf(outputs, before, answer.length, label));
    }),
  );
});

test('logits name what their probabilities do', () => {
  fc.assert(
    fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (logit) => {
      const sigmoid = 1 / (1 + Math.exp(-logit));
      // Beyond this a logit that is not 0 rounds to one half.
      fc.pre(logit === 0 || Math.abs(logit) > 1e-12);
      assert.equal(mostProbableLogit([logit], 0, 1), mostProbable([sigmoid], 0, 1));
    }),
  );
});

test('an answer that is no number names a class all the same', () => {
  assert.equal(mostProbable([Number.NaN, 0.2, 0.7], 0, 3), 0);
  assert.equal(mostProbable([0.2, Number.NaN, 0.7], 0, 3), 2);
});

test('a width is one of a task exactly when it is among its widths', () => {
  for (const task of TASKS) {
    for (const classes of task === 'regression' ? [0] : task === 'binary' ? [2] : [3, 7]) {
      for (let width = 0; width < 9; width++)
        assert.equal(
          isOutputWidth(width, { task, classes }),
          outputWidthsOf({ task, classes }).includes(width),
          `${task} of ${classes} classes, ${width} wide`,
        );
    }
  }
});

test('probabilities of all classes are one', () => {
  for (const one of [0, 0.25, 1]) {
    assert.equal(probabilityOf([9, one], 1, 1, 1), one);
    assert.equal(probabilityOf([9, one], 1, 1, 0), 1 - one);
  }
  assert.equal(probabilityOf([0.5, 0.5, 0.2, 0.8], 2, 2, 1), 0.8);
  assert.ok(Number.isNaN(probabilityOf([0.2, 0.8], 0, 2, 2)));
});

test('an answer ends where the next one begins', () => {
  assert.equal(mostProbable([0.3, 0.7, 0.9], 0, 2), 1);
  assert.equal(predictedOf(Float32Array.of(0.3, 0.7, 0.9, 0.1), 1, 2, 'binary').length, 1);
});
