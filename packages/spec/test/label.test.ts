import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelOf, labelProblem } from '../src/index.ts';

const LARGEST = 3.4028234663852886e38;

test('a regression takes what a float32 holds, and says so', () => {
  const spec = { model: 'm', task: 'regression', classes: 0 } as const;
  for (const label of [0, -0, 1e-300, LARGEST, -LARGEST])
    assert.equal(labelProblem({ label }, spec), undefined);
  for (const label of [3.41e38, -1e200, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.match(
      labelProblem({ label }, spec) ?? '',
      new RegExp(`^The label is ${label}; .*3\\.4e38`.replace('+', '\\+')),
    );
  }
});

test('a classification takes its class indices', () => {
  const spec = { model: 'm', task: 'multiclass', classes: 3 } as const;
  for (const label of [0, 1, 2]) assert.equal(labelProblem({ label }, spec), undefined);
  for (const label of [3, -1, 0.5, 1e200, Number.NaN]) {
    assert.equal(labelProblem({ label }, spec), `The label is ${label}; model 'm' has classes 0 to 2.`);
  }
});

test('a class is told by its name, or by its index where names are no numbers', () => {
  const spec = { model: 'm', task: 'binary', classes: 2, classNames: ['nein', 'ja'] } as const;
  assert.equal(labelOf({ label: 7, labelName: 'ja' }, spec), 1);
  assert.equal(labelOf({ label: 1 }, spec), 1);
  assert.equal(labelOf({ label: 1, labelName: null }, spec), 1);
  assert.equal(labelProblem({ label: 1, labelName: 'nein' }, spec), undefined);
  assert.equal(
    labelProblem({ label: 1, labelName: 'yes' }, spec),
    "The label is 'yes'; model 'm' has the classes nein, ja.",
  );
});

test('where the names of classes are numbers, a number is never an index', () => {
  const spec = { model: 'm', task: 'binary', classes: 2, classNames: ['-1', '1'] } as const;
  assert.deepEqual(
    [-1, 1].map((label) => labelOf({ label }, spec)),
    [0, 1],
  );
  assert.equal(labelOf({ label: 0, labelName: '1' }, spec), 1);
  assert.match(labelProblem({ label: 0 }, spec) ?? '', /The label is 0; .* has the classes -1, 1\.$/);
  const third = { ...spec, classes: 3, task: 'multiclass', classNames: ['1', '2', '3'] } as const;
  assert.equal(labelOf({ label: 1 }, third), 0);
  assert.match(labelProblem({ label: 0 }, third) ?? '', /classes 1, 2, 3/);
});

test('a name is no label where there are no names', () => {
  const classes = { model: 'm', task: 'binary', classes: 2 } as const;
  assert.match(labelProblem({ label: 1, labelName: '1' }, classes) ?? '', /names no classes \(classNames\)/);
  const values = { model: 'm', task: 'regression', classes: 0 } as const;
  assert.match(labelProblem({ label: 1, labelName: 'one' }, values) ?? '', /is a regression/);
});
