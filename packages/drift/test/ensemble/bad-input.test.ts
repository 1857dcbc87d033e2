import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eValueOf } from '@driftloop/detectors';
import type { DriftSignal, DriftVerdict } from '@driftloop/schemas';
import { createEnsemble, WINDOW_TESTS } from '../../src/index.ts';
import { specOf } from '../spec-of.ts';

const spec = specOf({ budget: 100 });
const { NaN: NOTHING, POSITIVE_INFINITY: INFINITY } = Number;

const GOOD: DriftSignal = {
  model: 'm',
  version: 1,
  windowStart: 0,
  windowEnd: 1000,
  signal: 'data',
  detector: 'ks',
  feature: 'f0',
  statistic: 0.05,
  pValue: 0.5,
  threshold: 0.1,
  expected: 0.04,
  detail: '',
  n: 300,
  severity: 0.1,
  drifted: false,
  changePoint: null,
  rival: null,
  eValue: null,
  ordinal: 0,
  total: 1,
  late: 0,
  ahead: 0,
  through: [],
};

/** What the results of a window may hold, and the state that twenty such windows lead to. */
const CASES: Readonly<Record<string, [Partial<DriftSignal>, DriftVerdict['state']]>> = {
  'nothing special': [{}, 'stable'],
  'a window without rows': [{ n: 0 }, 'stable'],
  'no p-value': [{ pValue: null }, 'stable'],
  'a p-value that is no number': [{ pValue: NOTHING }, 'stable'],
  'a p-value above 1': [{ pValue: 3 }, 'stable'],
  'a p-value of 0': [{ pValue: 0 }, 'warning'],
  'a p-value below 0': [{ pValue: -1 }, 'warning'],
  'a statistic that is no number': [{ statistic: NOTHING }, 'stable'],
  'an infinite statistic': [{ statistic: INFINITY }, 'stable'],
  'an infinite limit': [{ threshold: INFINITY }, 'stable'],
  'no expectation': [{ expected: null }, 'stable'],
  'a severity that is no number': [{ severity: NOTHING }, 'stable'],
  'a detector that does not exist': [{ detector: 'wizard' }, 'stable'],
  'a feature that does not exist': [{ feature: 'nobody' }, 'stable'],
  'a total of 0': [{ total: 0 }, 'stable'],
  'outcomes of no rows': [{ signal: 'concept', detector: 'accuracy', feature: '', n: 0 }, 'stable'],
  'an accuracy that is no number': [
    { signal: 'concept', detector: 'accuracy', feature: '', statistic: NOTHING, pValue: NOTHING },
    'stable',
  ],
};

for (const [name, [change, state]] of Object.entries(CASES)) {
  test(`${name}: the verdict is ${state}, with numbers in it, and the same after a restart`, () => {
    const ensemble = createEnsemble({ tests: WINDOW_TESTS });
    const verdictsOf = (restarts: boolean) => {
      let current = ensemble.initial();
      return Array.from({ length: 20 }, (_, i) => {
        if (restarts) current = ensemble.codec.decode(ensemble.codec.encode(current));
        const place = { windowStart: 1000 * i, windowEnd: 1000 * (i + 1) };
        const result = ensemble.apply(current, { ...GOOD, ...change, ...place }, spec, 0);
        current = result.state;
        assert.equal(result.command, undefined);
        assert.ok(result.verdict);
        return result.verdict;
      });
    };
    const verdicts = verdictsOf(false);
    for (const { likelihood, evidence } of verdicts) {
      assert.ok(likelihood >= 0 && likelihood <= 1, String(likelihood));
      for (const { weight, text } of evidence) {
        assert.ok(weight >= 0 && weight <= 1, String(weight));
        assert.ok(text.length > 0);
      }
    }
    assert.equal(verdicts.at(-1)?.state, state);
    assert.deepEqual(verdictsOf(true), verdicts);
  });
}

test('a window whose last result never comes leads to no verdict, and the next window to one', () => {
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  const state = ensemble.initial();
  assert.equal(ensemble.apply(state, { ...GOOD, total: 2 }, spec, 0).verdict, undefined);
  const next = { ...GOOD, windowStart: 1000, windowEnd: 2000 };
  assert.equal(ensemble.apply(state, next, spec, 0).verdict?.windowStart, 1000);
});

test('a p-value that is no number is no evidence', () => {
  assert.equal(eValueOf(NOTHING), 1);
});

test('a checkpoint of another format is refused with a reason', () => {
  for (const text of ['{"format":9,"models":[]}', '{}'])
    assert.throws(() => createEnsemble({ tests: WINDOW_TESTS }).codec.decode(text), {
      code: 'DATA_INVALID',
      message: /format/,
    });
});
