import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureSpec } from '@driftloop/schemas';
import { featuresRefusal, isFeature } from '../src/index.ts';

const feature = (name: string, allowMissing: boolean): FeatureSpec => ({
  name,
  kind: 'numeric',
  allowMissing,
});
const spec = { model: 'm', features: [feature('a', false), feature('b', true)] };

test('a feature is finite, or missing where that is allowed', () => {
  for (const value of [0, -0, 1, -3.4e38, 5e-324]) assert.ok(isFeature(value, false));
  assert.ok(!isFeature(Number.NaN, false));
  assert.ok(isFeature(Number.NaN, true));
  for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (const allowMissing of [true, false]) assert.ok(!isFeature(value, allowMissing));
});

test('a row that is refused says what is wrong with its first wrong feature', () => {
  assert.equal(featuresRefusal([1, Number.NaN], spec), undefined);
  assert.match(
    featuresRefusal([], spec)?.reason ?? '',
    /has neither features nor columns by name, model 'm' has 2: a, b/,
  );
  assert.deepEqual(featuresRefusal([1], spec), {
    code: 'FEATURES_WRONG_LENGTH',
    reason: "The request has 1 features, model 'm' has 2: a, b.",
  });
  assert.match(
    featuresRefusal([Number.NaN, Number.POSITIVE_INFINITY], spec)?.reason ?? '',
    /'a' is NaN \(missing/,
  );
  const infinite = featuresRefusal([1, Number.POSITIVE_INFINITY], spec);
  assert.equal(infinite?.code, 'FEATURE_NOT_FINITE');
  assert.match(infinite?.reason ?? '', /'b' is Infinity/);
});

test('of many names the first twelve are told', () => {
  const many = { model: 'm', features: Array.from({ length: 40 }, (_, i) => feature(`f${i}`, false)) };
  assert.match(featuresRefusal([], many)?.reason ?? '', /: f0, f1, .*, f11, \.\.\.\.$/);
});

test('of twelve names none is left out', () => {
  const many = { model: 'm', features: Array.from({ length: 12 }, (_, i) => feature(`f${i}`, false)) };
  assert.match(featuresRefusal([], many)?.reason ?? '', /: f0, f1, .*, f11\.$/);
});
