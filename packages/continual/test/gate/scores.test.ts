import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateRows, type LabelledRows } from '@driftloop/spec';
import { brierByRow, relativeRise, scoreAnswers, unitOf } from '../../src/gate/scores.ts';

function labelled(...labels: number[]): LabelledRows {
  const data = allocateRows(labels.length, 1);
  data.labels.set(labels);
  return data;
}

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, not ${expected}`);

test('rows are right when the most probable class is the label, and lose the logarithm of what they gave it', () => {
  const outputs = Float32Array.of(0.5, 0.25, 0.25, 0.25, 0.25, 0.5, 0.125, 0.75, 0.125);
  const { right, rowLosses, accuracy, loss } = scoreAnswers(outputs, labelled(0, 0, 1), 'multiclass');
  assert.deepEqual([...right], [1, 0, 1]);
  [0.5, 0.25, 0.75].forEach((probability, row) => {
    near(rowLosses[row]!, -Math.log(probability));
  });
  near(accuracy, 2 / 3);
  near(loss, -Math.log(0.5 * 0.25 * 0.75) / 3);
});

test('an answer of one probability is that of class 1', () => {
  const { right, rowLosses } = scoreAnswers(Float32Array.of(0.75, 0.75, 0.25), labelled(1, 0, 0), 'binary');
  assert.deepEqual([...right], [1, 0, 1]);
  [0.75, 0.25, 0.75].forEach((probability, row) => {
    near(rowLosses[row]!, -Math.log(probability));
  });
});

test('one confident mistake loses no more than a probability of one in a million', () => {
  const { loss } = scoreAnswers(Float32Array.of(1, 0), labelled(1), 'binary');
  near(loss, Math.log(1e6));
});

test('the calibration error is what confidence and share right differ by, bin by bin of a tenth', () => {
  const error = (outputs: readonly number[], ...labels: number[]) =>
    scoreAnswers(Float32Array.from(outputs), labelled(...labels), 'binary').calibrationError;
  // Within a bin a wrong and a right answer make up for each other: |0.75 + 0.75 - 1| / 2.
  near(error([0.25, 0.75, 0.25, 0.75], 1, 0), 0.25);
  // In two bins they do not: (|0.875 - 1| + |0.625 - 0|) / 2.
  near(error([0.125, 0.875, 0.375, 0.625], 1, 0), 0.375);
  // Full certainty is of the last bin, with 0.95.
  near(error([0, 1, 0.046875, 0.953125], 0, 1), 0.953125 / 2);
});

test('answers that are no probabilities count in the outermost bins', () => {
  const { calibrationError } = scoreAnswers(Float32Array.of(-4, -2, 3, 1), labelled(1, 0), 'binary');
  // -2 in the first, 3 in the last, both right.
  near(calibrationError, (3 + 2) / 2);
});

test('a regression is told by its squared error and its R²', () => {
  const { accuracy, loss, calibrationError, rowLosses, right } = scoreAnswers(
    Float32Array.of(1, 2, 6),
    labelled(1, 3, 5),
    'regression',
  );
  // Errors 0, -1 and 1 beside labels that vary by 4 + 0 + 4.
  assert.deepEqual([...rowLosses], [0, 0.5, 0.5]);
  near(accuracy, 1 - 2 / 8);
  near(loss, 2 / 2 / 3);
  assert.deepEqual([calibrationError, ...right], [0, 0, 0, 0]);
});

test('labels that do not vary are explained by an exact answer alone', () => {
  const accuracy = (value: number) =>
    scoreAnswers(Float32Array.of(value, value), labelled(2, 2), 'regression').accuracy;
  assert.deepEqual([accuracy(2), accuracy(3)], [1, 0]);
});

test('without rows there are no losses, and no number that is none', () => {
  const nothing = { rowLosses: new Float64Array(0), right: new Uint8Array(0), loss: 0, calibrationError: 0 };
  const none = new Float32Array(0);
  assert.deepEqual(scoreAnswers(none, labelled(), 'binary'), { ...nothing, accuracy: 0 });
  assert.deepEqual(scoreAnswers(none, labelled(), 'regression'), { ...nothing, accuracy: 1 });
  assert.equal(brierByRow(none, labelled(), 'binary').length, 0);
});

test('the Brier score of a row is its squared distance from the truth', () => {
  const brier = (
    outputs: readonly number[],
    task: 'binary' | 'multiclass' | 'regression',
    ...labels: number[]
  ) => [...brierByRow(Float32Array.from(outputs), labelled(...labels), task)];
  assert.deepEqual(brier([0.5, 0.25, 0.25, 0, 0, 1], 'multiclass', 1, 2), [0.25 + 0.5625 + 0.0625, 0]);
  assert.deepEqual(brier([0.25, 0.75, 0.25, 0.75], 'binary', 1, 0), [0.125, 1.125]);
  // One probability says as much as two.
  assert.deepEqual(brier([0.75, 0.75], 'binary', 1, 0), [0.125, 1.125]);
  assert.deepEqual(brier([3, 5], 'regression', 1, 5), [4, 0]);
});

test('a rise is a share of what was lost before, and of itself where that was nothing', () => {
  assert.deepEqual(
    [relativeRise(3, 2), relativeRise(1, 2), relativeRise(3, 0), relativeRise(0, 0)],
    [0.5, -0.5, 1, 0],
  );
  assert.deepEqual([unitOf(2, 3), unitOf(0, 3), unitOf(0, 0)], [2, 3, 1]);
});
