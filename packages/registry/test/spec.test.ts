import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import fc from 'fast-check';
import { validateSpec } from '../src/index.ts';
import { specOf } from './fixtures/spec.ts';

const problemsOf = (candidate: unknown): string => {
  try {
    validateSpec(candidate);
  } catch (error) {
    assert.ok(error instanceof DriftloopError);
    assert.equal(error.code, 'SPEC_INVALID');
    return error.message;
  }
  return '';
};

test('a valid spec comes back as it is', () => {
  const spec = specOf('elec', 3);
  assert.deepEqual(validateSpec(JSON.parse(JSON.stringify(spec))), spec);
});

test('defaults are filled in', () => {
  const { updatedAt, ...given } = specOf('elec');
  const { maxAgeMs, ...retrain } = given.retrain;
  const features = [{ name: 'price', kind: 'numeric' }];
  const spec = validateSpec({ ...given, features, retrain });
  assert.equal(spec.updatedAt, 0);
  assert.equal(spec.retrain.maxAgeMs, 0);
  assert.equal(spec.features[0]?.allowMissing, false);
});

test('every problem is listed with its path', () => {
  const spec = specOf('elec');
  const message = problemsOf({
    ...spec,
    model: 'has space',
    task: 'clustering',
    features: [
      { name: 'a', kind: 'image', allowMissing: 'no' },
      { name: 'a', kind: 'numeric' },
      7,
      { name: '__proto__', kind: 'numeric' },
    ],
    window: { lengthMs: 0, allowedLatenessMs: -1 },
    drift: undefined,
    retrain: { ...spec.retrain, minLabels: 10, maxRows: 5, maxSeconds: Number.NaN },
    rollout: { canaryShare: 1.5, shadowVersions: [1, 1, 0.5] },
  });
  for (const problem of [
    'model is "has space"',
    'task is "clustering", must be one of binary, multiclass, regression, multilabel, ranking',
    'features[0].kind is "image"',
    'features[0].allowMissing is "no"',
    "features[1].name 'a' is there twice",
    'features[2] is 7, must be an object',
    'features[3].name is "__proto__", must be not empty, without spaces around, and not __proto__',
    'window.lengthMs is 0',
    'window.allowedLatenessMs is -1',
    'window.minSamples is missing',
    'drift is missing',
    'retrain.maxSeconds is NaN',
    'retrain.maxRows must be at least retrain.minLabels',
    'rollout.canaryShare is 1.5, must be a number from 0 to 1',
    'rollout.shadowVersions names a version twice',
    'rollout.shadowVersions[2] is 0.5',
  ])
    assert.ok(message.includes(problem), `no '${problem}' in: ${message}`);
  assert.ok(!message.includes('drift.'), 'nothing is said about what lies below a missing part');
});

test('classes fit the task', () => {
  const spec = specOf('elec');
  assert.match(problemsOf({ ...spec, classes: 3 }), /classes must be 2 for a binary task/);
  assert.match(problemsOf({ ...spec, task: 'multiclass', classes: 1 }), /at least 2/);
  assert.match(problemsOf({ ...spec, task: 'regression' }), /classes must be 0/);
  assert.equal(problemsOf({ ...spec, task: 'regression', classes: 0 }), '');
});

test('a detector that does not exist is refused beside the other problems, with those that there are', () => {
  const spec = specOf('elec');
  const drift = { ...spec.drift, detectors: ['ks', 'wizard', 'adwin', 'oracle'] };
  const message = problemsOf({ ...spec, drift, classes: 3 });
  assert.match(
    message,
    /drift\.detectors names .*There is no detector wizard, oracle\. There are ks, psi, .*adwin/,
  );
  assert.match(message, /classes must be 2/);
  assert.equal(problemsOf({ ...spec, drift: { ...drift, detectors: ['ks', 'cbpe', 'adwin'] } }), '');
});

test('anything that is not a spec is refused with SPEC_INVALID and nothing else', () => {
  fc.assert(
    fc.property(fc.anything(), (candidate) => {
      assert.match(problemsOf(candidate), /is not valid/);
    }),
  );
});

test('names of categories and classes are texts, each once, as many as there are', () => {
  const spec = specOf('elec');
  const withCategories = (kind: string, categories: unknown) =>
    problemsOf({ ...spec, features: [{ name: 'job', kind, categories }] });
  assert.equal(withCategories('categorical', ['a', 'b ', 'größe']), '');
  assert.match(withCategories('numeric', ['a']), /features\[0\]\.categories needs a feature whose kind/);
  assert.match(withCategories('categorical', ['a', 'a']), /categories has a name twice/);
  assert.match(withCategories('categorical', [1]), /categories\[0\] is 1, must be a text of/);
  assert.match(withCategories('categorical', 'a'), /categories is "a", must be a list/);
  const many = Array.from({ length: 1_001 }, (_, i) => String(i));
  assert.match(withCategories('categorical', many), /has 1001 names, must be at most 1000/);
  assert.equal(problemsOf({ ...spec, classNames: ['no', 'yes'] }), '');
  assert.match(problemsOf({ ...spec, classNames: ['no'] }), /classNames has 1 names for 2 classes/);
  assert.match(problemsOf({ ...spec, classNames: ['no', 'no'] }), /classNames has a name twice/);
});

test('outputs fit their task', () => {
  const spec = { ...specOf('elec'), classes: 0 };
  const several = (task: string, ...outputs: object[]) => problemsOf({ ...spec, task, outputs });
  assert.equal(several('regression', { name: 'a' }, { name: 'b' }), '');
  assert.equal(several('regression', { name: 'p90', quantile: 0.9 }), '');
  assert.equal(several('multilabel', { name: 'a' }, { name: 'b', target: '', quantile: null }), '');
  assert.equal(problemsOf({ ...spec, task: 'ranking' }), '');
  assert.match(several('multilabel'), /outputs must name the labels/);
  assert.match(several('multilabel', { name: 'a' }), /has one label, must have at least two/);
  assert.match(several('regression', { name: 'a' }), /has one value, must have several/);
  assert.match(several('regression', { name: 'a' }, { name: 'a' }), /outputs has a name twice: a/);
  assert.match(
    several('regression', { name: 'a', quantile: 1 }),
    /outputs\[0\].quantile is 1, must be above 0/,
  );
  assert.match(several('multilabel', { name: 'a', quantile: 0.5 }, { name: 'b' }), /left out for a label/);
  assert.match(several('ranking', { name: 'a' }, { name: 'b' }), /outputs must be left out for a ranking/);
  assert.match(several('regression', { name: ' a' }, { name: 'b' }), /outputs\[0\].name is " a"/);
  assert.match(problemsOf({ ...spec, task: 'ranking', classes: 2 }), /classes must be 0 for a ranking task/);
});

test('an embedding says how many numbers it has, and nothing else does', () => {
  const spec = specOf('elec');
  const problems = (feature: object) =>
    problemsOf({ ...spec, features: [{ name: 'a', allowMissing: false, ...feature }] });
  assert.equal(problems({ kind: 'embedding', size: 384 }), '');
  assert.equal(problems({ kind: 'text' }), '');
  assert.match(problems({ kind: 'embedding' }), /features\[0\]\.size is 0, must be how many numbers/);
  assert.match(problems({ kind: 'embedding', size: 1e6 }), /features\[0\]\.size is 1000000/);
  assert.match(
    problems({ kind: 'text', size: 3 }),
    /features\[0\]\.size needs a feature whose kind is embedding/,
  );
});

test('limits are of metrics that are estimated for the task', () => {
  const withLimits = (task: Partial<ReturnType<typeof specOf>>, ...limits: unknown[]) => {
    const spec = { ...specOf('elec'), ...task };
    return problemsOf({ ...spec, drift: { ...spec.drift, limits } });
  };
  const binary = { task: 'binary', classes: 2 } as const;
  const regression = { task: 'regression', classes: 0 } as const;
  assert.equal(withLimits(binary, { metric: 'accuracy', value: 0.8 }, { metric: 'f1', value: 0.5 }), '');
  assert.equal(withLimits(regression, { metric: 'rmse', value: 12 }), '');
  assert.match(
    withLimits(binary, { metric: 'f1', value: 0.5 }, { metric: 'rmse', value: 1 }),
    /drift\.limits\[1\]\.metric is rmse, must be one of accuracy, rocAuc,/,
  );
  assert.match(withLimits(regression, { metric: 'accuracy', value: 1 }), /must be one of mae, mse, rmse/);
  assert.match(withLimits(binary, { metric: 'f1', value: -1 }), /drift\.limits\[0\]\.value is -1/);
  assert.match(withLimits(binary, { value: 1 }), /drift\.limits\[0\]\.metric is missing/);
  assert.match(
    withLimits({ task: 'multiclass', classes: 40 }, { metric: 'f1', value: 1 }),
    /must be left out for this model/,
  );
});
