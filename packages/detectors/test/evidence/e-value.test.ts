import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { accumulate, eValueOf, NO_EVIDENCE } from '../../src/evidence/e-value.ts';

test('an e-value has expectation at most 1 without drift, falls with p, and is continuous', () => {
  const steps = 200_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += eValueOf((i + 0.5) / steps) / steps;
  assert.ok(sum <= 1 && sum > 0.8, String(sum));
  let before = eValueOf(0);
  for (let p = 1e-9; p <= 1; p += 1e-4) {
    const value = eValueOf(p);
    assert.ok(value <= before + 1e-9, `at ${p}`);
    before = value;
  }
  assert.ok(Math.abs(eValueOf(0.99901) - eValueOf(0.99899)) < 1e-4);
});

test('without drift the evidence reaches a budget no sooner on average than after that many windows', () => {
  const BUDGET = 30;
  const random = createRandom(9);
  const runs = Array.from({ length: 300 }, () => {
    let evidence = NO_EVIDENCE;
    for (let window = 1; window < 2000; window++) {
      evidence = accumulate(evidence, eValueOf(random.uniform()), window, 1e9);
      if (evidence.value >= BUDGET) return window;
    }
    return 2000;
  });
  const mean = runs.reduce((sum, run) => sum + run, 0) / runs.length;
  assert.ok(mean >= BUDGET, String(mean));
});

test('evidence dates its begin: the first window after it was last a bare mention', () => {
  let evidence = NO_EVIDENCE;
  for (const [window, eValue] of [0.5, 2, 0.4, 10, 10, 10].entries())
    evidence = accumulate(evidence, eValue, window, 1e9);
  assert.deepEqual(evidence, { value: 1000, since: 3 });
});
