import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isOutputWidth,
  labelProblem,
  outputError,
  outputsOf,
  outputWidthsOf,
  predictedOf,
  targetsOf,
  truthOf,
} from '../src/index.ts';

const common = { model: 'm', classes: 0 };
const targets = { ...common, task: 'regression', outputs: [{ name: 'price' }, { name: 'days' }] } as const;
const labels = { ...common, task: 'multilabel', outputs: [{ name: 'new' }, { name: 'rich' }] } as const;
const quantiles = {
  ...common,
  task: 'regression',
  outputs: [
    { name: 'low', target: 'price', quantile: 0.1 },
    { name: 'days' },
    { name: 'high', target: 'price', quantile: 0.9 },
  ],
} as const;
const plain = { ...common, task: 'regression' } as const;
const ranking = { ...common, task: 'ranking' } as const;
const classes = { ...common, task: 'multiclass', classes: 3 } as const;

test('an output has a role and a target, plain answers have none', () => {
  const told = (spec: Parameters<typeof outputsOf>[0]) =>
    outputsOf(spec).map(({ name, role, target, quantile }) => [name, role, target, quantile]);
  assert.deepEqual(told(targets), [
    ['price', 'value', 0, 0],
    ['days', 'value', 1, 0],
  ]);
  assert.deepEqual(told(quantiles), [
    ['low', 'quantile', 0, 0.1],
    ['days', 'value', 1, 0],
    ['high', 'quantile', 0, 0.9],
  ]);
  assert.deepEqual(targetsOf(quantiles), ['price', 'days']);
  assert.deepEqual(
    told(labels).map(([, role]) => role),
    ['label', 'label'],
  );
  assert.deepEqual(told(ranking), [['score', 'score', 0, 0]]);
  assert.deepEqual([told(plain), told(classes)], [[], []]);
  assert.deepEqual([targetsOf(plain), targetsOf(ranking)], [[''], ['']]);
});

test('an answer has as many numbers as outputs', () => {
  const widths = [targets, labels, quantiles, plain, ranking, classes].map((spec) => outputWidthsOf(spec));
  assert.deepEqual(widths, [[2], [2], [3], [1], [1], [3]]);
  assert.ok(isOutputWidth(2, targets) && !isOutputWidth(1, targets) && !isOutputWidth(3, targets));
  assert.ok(isOutputWidth(1, ranking) && !isOutputWidth(2, ranking));
  const first = predictedOf(Float32Array.of(0.25, 0.75, 3, 1), 2, 2, 'multilabel');
  assert.deepEqual([...first], [0.25, 3]);
});

test('a label tells the truth of every target', () => {
  const told = { label: 0 };
  assert.deepEqual(truthOf({ ...told, values: [3, -1e30] }, targets), [3, -1e30]);
  assert.deepEqual(truthOf({ ...told, values: [1, 0] }, labels), [1, 0]);
  assert.deepEqual(truthOf({ ...told, labelNames: ['rich'] }, labels), [0, 1]);
  assert.deepEqual(truthOf({ label: 7 }, ranking), [7]);
  assert.deepEqual(truthOf({ label: 2 }, classes), [2]);
  for (const [wrong, spec, words] of [
    [{ label: 3 }, targets, /no values; model 'm' has the targets price, days: send values/],
    [{ ...told, values: [3] }, targets, /has 1 values; model 'm' has the 2 targets price, days/],
    [{ ...told, values: [3, 1e39] }, targets, /says 1e\+39 for 'days' of model 'm'; .* float32/],
    [{ ...told, labelNames: ['price'] }, targets, /names price; model 'm' is a regression of the targets/],
    [{ ...told, values: [1, 0.5] }, labels, /says 0.5 for 'rich' .* 1 \(it applies\) or 0/],
    [{ ...told, labelNames: ['new', 'old'] }, labels, /names old; model 'm' has the labels new, rich/],
    [{ label: 1, values: [1] }, plain, /values of several targets; model 'm' has one/],
    [{ label: 1, labelNames: ['a'] }, classes, /values of several targets; model 'm' has one/],
    [{ label: 0, labelName: 'x' }, ranking, /is a ranking, whose labels are numbers/],
  ] as const) {
    assert.equal(truthOf(wrong, spec), undefined);
    assert.match(labelProblem(wrong, spec) ?? '', words);
  }
});

test('errors are those of the role', () => {
  const error = (role: 'value' | 'label' | 'quantile', answered: number, truth: number, quantile = 0) =>
    outputError({ role, quantile }, answered, truth);
  assert.equal(error('value', 1, 3), 4);
  assert.deepEqual([error('label', 0.5, 1), error('label', 0.49, 1), error('label', 0.5, 0)], [0, 1, 1]);
  // scikit-learn 1.5, mean_pinball_loss([3], [1], alpha=0.9) and of 1 by 3.
  assert.ok(Math.abs(error('quantile', 1, 3, 0.9) - 1.8) < 1e-12);
  assert.ok(Math.abs(error('quantile', 3, 1, 0.9) - 0.2) < 1e-12);
});
