import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { scoreChangePoint } from '../../src/ensemble/change-point.ts';

const ROWS = 300;

function windowsOf(accuracies: readonly number[], seed: number) {
  const random = createRandom(seed);
  return accuracies.map((accuracy, i) => {
    let correct = 0;
    for (let row = 0; row < ROWS; row++) correct += Number(random.uniform() < accuracy);
    return {
      start: i * 10,
      end: i * 10 + 10,
      labelled: ROWS,
      score: correct / ROWS,
      version: 1,
      fingerprint: [],
    };
  });
}

test('the interval holds the true change nearly always, and is narrow when the change is large', () => {
  const RUNS = 200;
  const accuracies = Array.from({ length: 20 }, (_, i) => (i < 12 ? 0.8 : 0.72));
  let held = 0;
  let width = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const found = scoreChangePoint(windowsOf(accuracies, seed));
    assert.ok(found && found.from <= found.at && found.at <= found.to);
    held += Number(found.from <= 120 && found.to >= 120);
    width += (found.to - found.from) / RUNS;
  }
  assert.ok(held >= 0.9 * RUNS, `${held} of ${RUNS}`);
  assert.ok(width < 60, `${width}`);
  const large = scoreChangePoint(
    windowsOf(
      accuracies.map((_, i) => (i < 12 ? 0.9 : 0.5)),
      1,
    ),
  );
  assert.deepEqual(large, { at: 120, from: 110, to: 130 });
});

test('one labelled window has no change', () => {
  assert.equal(scoreChangePoint(windowsOf([0.8], 1)), undefined);
});

/** Windows of 10 ms, each with a score over so many rows. */
const scored = (...windows: readonly (readonly [score: number | null, rows: number])[]) =>
  windows.map(([score, labelled], i) => ({
    start: 10 * i,
    end: 10 * i + 10,
    labelled,
    score,
    version: 1,
    fingerprint: [],
  }));

test('two windows have one place for a change: the start of the second', () => {
  assert.deepEqual(scoreChangePoint(scored([0.8, 100], [0.7, 100])), { at: 10, from: 0, to: 20 });
});

test('windows without labels or without a score are passed over', () => {
  const gaps = scored(
    [null, 100],
    [0.9, 100],
    [0.1, 0],
    [0.9, 100],
    [null, 100],
    [0.5, 100],
    [0.5, 100],
    [1, 0],
  );
  assert.deepEqual(scoreChangePoint(gaps), { at: 50, from: 30, to: 60 });
  assert.equal(scoreChangePoint(scored([0.9, 100], [null, 100], [0.5, 0])), undefined);
});

test('of splits that fit as well the first is taken', () => {
  assert.equal(scoreChangePoint(scored([0.25, 100], [0.5, 100], [0.75, 100]))?.at, 10);
});

test('windows count by their rows', () => {
  assert.equal(scoreChangePoint(scored([0.4, 10], [0.6, 10], [0.8, 1000]))?.at, 20);
  assert.equal(scoreChangePoint(scored([0.4, 1000], [0.6, 10], [0.8, 10]))?.at, 10);
});

/** Scores of 0.5, 0.5 and 0.75: the split after the first window fits worse by 0.03125 a row. */
const between = (rows: number, task?: 'regression') =>
  scoreChangePoint(scored([0.5, rows], [0.5, rows], [0.75, rows]), task);

test('splits are plausible up to 1.92 of log likelihood below the best', () => {
  // Of accuracies with mean 7/12 the variance is 35/144: 2 · 1.92 · 35/144 / 0.03125 = 29.9 rows.
  assert.deepEqual(between(29), { at: 20, from: 0, to: 30 });
  assert.deepEqual(between(30), { at: 20, from: 10, to: 30 });
  // Of squared errors it is 49/144: 41.8 rows.
  assert.deepEqual(between(41, 'regression'), { at: 20, from: 0, to: 30 });
  assert.deepEqual(between(42, 'regression'), { at: 20, from: 10, to: 30 });
});

test('where nothing was ever wrong every split is as good', () => {
  const exact = scored([0, 100], [0, 100], [0, 100]);
  assert.deepEqual(scoreChangePoint(exact, 'regression'), { at: 10, from: 0, to: 30 });
});

test('splits after the best are plausible too', () => {
  const back = (rows: number) => scoreChangePoint(scored([0.75, rows], [0.5, rows], [0.5, rows]));
  assert.deepEqual(
    [back(29), back(30)],
    [
      { at: 10, from: 0, to: 30 },
      { at: 10, from: 0, to: 20 },
    ],
  );
});

test('even where nearly all answers are right some doubt is left', () => {
  // With the variance of the mean, 0.0001, the first of these splits would not be plausible: it
  // fits worse by 0.00125.
  const rows = 10_000;
  const found = scoreChangePoint(scored([1, rows], [1, rows], [1, rows], [1, rows], [0.9995, rows]));
  assert.equal(found?.at, 40);
  assert.ok(found.from < 30, `${found.from}`);
});
