import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetOf } from '../../src/ensemble/budget.ts';
import { likelihoodOf } from '../../src/ensemble/likelihood.ts';
import { modelWith } from './models.ts';

const policy = (expectedWindowsBetweenFalseAlarms: number) => ({
  expectedWindowsBetweenFalseAlarms,
  detectors: [],
});

test('the budget is two windows at least, and a number whose square is one', () => {
  assert.deepEqual(
    [0, 2, 3, 1e100, 1e200].map((windows) => budgetOf(policy(windows))),
    [2, 2, 3, 1e100, 1e100],
  );
});

const last = { start: 2000, end: 3000, n: 10, items: [] };
interface Evidence {
  readonly value: number;
  readonly since?: number | null;
  readonly trust?: number;
  readonly last?: typeof last | null;
}
const signalOf = ({ value, since = 1000, ...rest }: Evidence) => ({
  evidence: { value, since },
  last,
  ...rest,
});
const of = (data: Evidence, prediction: Evidence, concept: Evidence = { value: 0 }, budget = 10) =>
  likelihoodOf(
    modelWith({
      signals: { data: signalOf(data), prediction: signalOf(prediction), concept: signalOf(concept) },
    }),
    policy(budget),
  );

test('inputs, answers and labels count 2, 3 and 5 tenths, and the likelihood is 0.5 where the budget is met', () => {
  const { evidence, value, parts } = of({ value: 10 }, { value: 20 }, { value: 40 }, 28);
  assert.deepEqual([parts, evidence, value], [{ data: 2, prediction: 6, concept: 20 }, 28, 0.5]);
});

test('half the trust needs the square of the evidence; what is no evidence is not trusted less', () => {
  const { parts } = of({ value: 100, trust: 0.5 }, { value: 0.25, trust: 0.5 }, { value: 1, trust: 0.5 });
  assert.deepEqual(parts, { data: 0.2 * 10, prediction: 0.3 * 0.25, concept: 0.5 });
});

test('evidence without labels is overwhelming by the budget of each signal and its square of both, for longer than a window', () => {
  const is = (data: Evidence, prediction: Evidence) => of(data, prediction).overwhelming;
  assert.equal(is({ value: 50 }, { value: 300 }), true);
  assert.equal(is({ value: 49 }, { value: 1000 }), false, 'the inputs miss the budget');
  assert.equal(is({ value: 1000 }, { value: 33 }), false, 'the answers miss the budget');
  assert.equal(is({ value: 50 }, { value: 299 }), false, 'together they miss its square');
  const strong = { value: 1000 };
  for (const burst of [{ since: 2000 }, { since: null }, { last: null }]) {
    assert.equal(is({ ...strong, ...burst }, strong), false);
    assert.equal(is(strong, { ...strong, ...burst }), false);
  }
  assert.equal(is({ ...strong, since: 1999 }, { ...strong, since: 1999 }), true);
});
