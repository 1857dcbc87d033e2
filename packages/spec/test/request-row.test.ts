import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureSpec } from '@driftloop/schemas';
import { requestRefusal, rowOf } from '../src/index.ts';

const features: readonly FeatureSpec[] = [
  { name: 'age', kind: 'numeric', allowMissing: false },
  { name: 'größe in m', kind: 'numeric', allowMissing: true },
  { name: 'job', kind: 'categorical', allowMissing: false, categories: ['clerk', 'toString', ''] },
  { name: 'zone', kind: 'categorical', allowMissing: true },
];
const spec = { model: 'm', features };
const none = new Float32Array(0);
const refusalOf = (request: Parameters<typeof rowOf>[0]) =>
  requestRefusal(request, rowOf(request, spec), spec);

test('columns by name become the row that features in order are', () => {
  const numbers = { zone: 3, age: 41.5, 'größe in m': 1.75, extra: 9 };
  assert.deepEqual([...rowOf({ features: none, numbers, texts: { job: '' } }, spec)], [41.5, 1.75, 2, 3]);
  const given = Float32Array.of(1, 2, 3, 4);
  assert.equal(rowOf({ features: given, numbers, texts: { job: 'clerk' } }, spec), given);
});

test('a category that the spec does not name is -1, also one called like what objects have', () => {
  const job = (text: string) => rowOf({ features: none, numbers: { age: 1 }, texts: { job: text } }, spec)[2];
  assert.deepEqual(['pilot', 'valueOf', 'toString', '__proto__'].map(job), [-1, -1, 1, -1]);
  assert.equal(refusalOf({ features: none, numbers: { age: 1 }, texts: { job: 'pilot' } }), undefined);
});

test('a missing column is NaN where the spec allows it', () => {
  const request = { features: none, numbers: { age: 1 }, texts: { job: 'clerk' } };
  assert.deepEqual([...rowOf(request, spec)], [1, Number.NaN, 0, Number.NaN]);
  assert.equal(refusalOf(request), undefined);
  const nothing = { age: 1, 'größe in m': Number.NaN };
  assert.equal(refusalOf({ features: none, numbers: nothing, texts: { job: 'clerk' } }), undefined);
});

test('a request that lacks a column says which, and where it or something like it lies', () => {
  assert.deepEqual(refusalOf({ features: none, texts: { job: 'clerk' }, numbers: { Age: 1 } }), {
    code: 'FEATURE_MISSING',
    reason:
      "The request has no column 'age', and the spec of model 'm' allows no missing value there. It has columns that the spec does not name: Age.",
  });
  assert.match(
    refusalOf({ features: none, numbers: { age: 1, job: 0 } })?.reason ?? '',
    /^Column 'job' lies in numbers, but the spec of model 'm' has it in texts\.$/,
  );
  assert.match(
    refusalOf({ features: none, texts: { age: '1', job: 'clerk' } })?.reason ?? '',
    /^Column 'age' lies in texts, but the spec of model 'm' has it in numbers\.$/,
  );
});

test('what is not finite, or has no columns at all, is refused as before', () => {
  const infinite = { features: none, numbers: { age: Number.POSITIVE_INFINITY }, texts: { job: 'clerk' } };
  assert.equal(refusalOf(infinite)?.code, 'FEATURE_NOT_FINITE');
  const missing = { features: none, numbers: { age: Number.NaN }, texts: { job: 'clerk' } };
  assert.equal(refusalOf(missing)?.code, 'FEATURE_NOT_FINITE');
  assert.equal(refusalOf({ features: none })?.code, 'FEATURES_WRONG_LENGTH');
  assert.equal(
    refusalOf({ features: Float32Array.of(1), numbers: { age: 1 } })?.code,
    'FEATURES_WRONG_LENGTH',
  );
});

const kinds = {
  model: 'm',
  features: [
    { name: 'a', kind: 'numeric', allowMissing: true },
    { name: 'v', kind: 'embedding', allowMissing: true, size: 3 },
    { name: 'review', kind: 'text', allowMissing: false },
    { name: 'b', kind: 'numeric', allowMissing: true },
  ],
} satisfies Parameters<typeof requestRefusal>[2];

test('an embedding has as many numbers as its size, a text its place among those that are kept', () => {
  const kept = ['of a row before'];
  const request = {
    features: none,
    numbers: { b: 4 },
    vectors: { v: Float32Array.of(1, 2, 3) },
    texts: { review: 'größe' },
  };
  assert.deepEqual([...rowOf(request, kinds, kept)], [Number.NaN, 1, 2, 3, 1, 4]);
  assert.deepEqual(kept, ['of a row before', 'größe']);
  assert.equal(requestRefusal(request, rowOf(request, kinds), kinds), undefined);
});

test('a vector of another size is refused, also where it may be missing', () => {
  const request = { features: none, vectors: { v: Float32Array.of(1, 2) }, texts: { review: '' } };
  assert.deepEqual(requestRefusal(request, rowOf(request, kinds), kinds), {
    code: 'FEATURES_WRONG_LENGTH',
    reason: "Column 'v' has 2 numbers, in model 'm' it is an embedding of 3.",
  });
  assert.ok(rowOf(request, kinds).includes(Number.POSITIVE_INFINITY));
});

test('numbers alone are no row of a model with free text, and say how many they would be', () => {
  const refusal = (features: Float32Array) => requestRefusal({ features }, rowOf({ features }, kinds), kinds);
  assert.equal(refusal(new Float32Array(6))?.code, 'FEATURE_MISSING');
  assert.match(refusal(new Float32Array(6))?.reason ?? '', /^Column 'review' of model 'm' is free text/);
  assert.match(
    refusal(new Float32Array(5))?.reason ?? '',
    /has 5 features, model 'm' has 6: a, v \(3 numbers\), review, b/,
  );
  const elsewhere = { features: none, texts: { review: 'x', v: '1' }, vectors: {} };
  assert.equal(requestRefusal(elsewhere, rowOf(elsewhere, kinds), kinds), undefined);
});
