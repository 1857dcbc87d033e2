import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelProblem } from '../src/index.ts';

const LARGEST = 3.4028234663852886e38;

test('a regression takes what a float32 holds, and says so', () => {
  const spec = { model: 'm', task: 'regression', classes: 0 } as const;
  for (const label of [0, -0, 1e-300, LARGEST, -LARGEST]) assert.equal(labelProblem(label, spec), undefined);
  for (const label of [3.41e38, -1e200, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.match(
      labelProblem(label, spec) ?? '',
      new RegExp(`^The label is ${label}; .*3\\.4e38`.replace('+', '\\+')),
    );
  }
});

test('a classification takes its class indices', () => {
  const spec = { model: 'm', task: 'multiclass', classes: 3 } as const;
  for (const label of [0, 1, 2]) assert.equal(labelProblem(label, spec), undefined);
  for (const label of [3, -1, 0.5, 1e200, Number.NaN]) {
    assert.equal(labelProblem(label, spec), `The label is ${label}; model 'm' has classes 0 to 2.`);
  }
});
