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
