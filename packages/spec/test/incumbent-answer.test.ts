import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncumbentAnswer } from '@driftloop/schemas';
import { incumbentAnswerOf, incumbentWidthOf } from '../src/index.ts';

const binary = { model: 'm', task: 'binary', classes: 2, classNames: ['no', 'yes'] } as const;
const three = { model: 'm', task: 'multiclass', classes: 3 } as const;
const value = { model: 'm', task: 'regression', classes: 0 } as const;
const answer = (outputs: readonly number[], told: Partial<IncumbentAnswer> = {}): IncumbentAnswer => ({
  outputs: Float32Array.from(outputs),
  ...told,
});

function read(given: IncumbentAnswer, spec: Parameters<typeof incumbentAnswerOf>[1]) {
  const found = incumbentAnswerOf(given, spec);
  return 'code' in found ? found.reason : [[...found.outputs], found.predicted];
}

test('a class is told by name or index, with or without probabilities', () => {
  assert.deepEqual(read(answer([], { predictedName: 'yes' }), binary), [[0, 1], 1]);
  assert.deepEqual(read(answer([], { predicted: 2 }), three), [[0, 0, 1], 2]);
  assert.deepEqual(read(answer([0.25, 0.5, 0.25]), three), [[0.25, 0.5, 0.25], 1]);
  assert.deepEqual(read(answer([0.75]), binary), [[0.25, 0.75], 1]);
});

test('an incumbent with a threshold of its own is believed: the class that it names is the answer', () => {
  assert.deepEqual(read(answer([0.75], { predictedName: 'no' }), binary), [[0.25, 0.75], 0]);
});

test('a regression answers one finite number', () => {
  assert.deepEqual(read(answer([1.5]), value), [[1.5], 1.5]);
  assert.deepEqual(read(answer([], { predicted: -2 }), value), [[-2], -2]);
  for (const wrong of [answer([]), answer([1, 2]), answer([Number.NaN]), answer([], { predicted: 1e39 })])
    assert.match(String(read(wrong, value)), /incumbent's answer .* a regression answers/);
});

test('what is no answer of the model is refused, and says what would be', () => {
  const wrong: readonly [IncumbentAnswer, Parameters<typeof incumbentAnswerOf>[1], RegExp][] = [
    [answer([]), binary, /neither a class nor probabilities/],
    [answer([], { predictedName: 'maybe' }), binary, /has the classes no, yes/],
    [answer([], { predicted: 3 }), three, /has classes 0 to 2/],
    [answer([0.5, 0.5]), three, /3 probabilities from 0 to 1/],
    [answer([2.5, -1.5]), binary, /\[2\.5, -1\.5\]; a binary model answers 2 or 1 probabilities/],
    [answer([Number.NaN]), binary, /\[NaN\]/],
  ];
  for (const [given, spec, reason] of wrong) assert.match(String(read(given, spec)), reason);
});

test('several outputs are told all, in the order of the spec', () => {
  const quantiles = {
    ...value,
    outputs: [
      { name: 'low', quantile: 0.1 },
      { name: 'high', quantile: 0.9 },
    ],
  };
  const labels = {
    ...value,
    task: 'multilabel',
    outputs: [{ name: 'new' }, { name: 'rich' }, { name: 'old' }],
  } as const;
  const ranking = { ...value, task: 'ranking' } as const;
  assert.deepEqual([quantiles, labels, ranking].map(incumbentWidthOf), [2, 3, 1]);
  assert.deepEqual(read(answer([1, 2.5]), quantiles), [[1, 2.5], 1]);
  assert.deepEqual(read(answer([0.25, 1, 0]), labels), [[0.25, 1, 0], 0.25]);
  assert.deepEqual(read(answer([-3]), ranking), [[-3], -3]);
  for (const wrong of [answer([1]), answer([1, Number.NaN]), answer([], { predicted: 1 })])
    assert.match(String(read(wrong, quantiles)), /answers low, high in outputs, each a finite number/);
  for (const wrong of [answer([0.5, 0.5]), answer([0.5, 2, 0]), answer([], { predictedName: 'rich' })])
    assert.match(String(read(wrong, labels)), /answers new, rich, old in outputs, each a probability/);
  assert.match(String(read(answer([1, 2]), ranking)), /a ranking answers one number/);
});
