import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { buildReferenceProfile, createDataSketch } from '../../src/index.ts';
import {
  addVector,
  decodeVector,
  encodeVector,
  type IntegerVector,
} from '../../src/sketch/integer-vector.ts';
import { createOutputSketch } from '../../src/sketch/output-sketch.ts';
import { answersOf, rowsOf, specOf } from '../fixtures.ts';

const spec = specOf({ numeric: 3, categorical: true });
const reference = rowsOf(spec, 500, createRandom(1));
const profile = buildReferenceProfile({ spec, data: reference, outputs: answersOf(reference) });
const width = spec.features.length;

const value = fc.oneof(
  fc.float({ noNaN: true, min: -5, max: 5 }),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    1e30,
    -1e30,
    1,
    2,
    7,
  ),
);
const row = fc
  .array(value, { minLength: width, maxLength: width })
  .map((values) => Float32Array.from(values));
const rows = fc.array(row, { maxLength: 40 });

function sketched(part: readonly Float32Array[]): IntegerVector {
  const sketch = createDataSketch(profile.layout);
  for (const features of part) sketch.add(features);
  return sketch.vector();
}

function merged(...vectors: IntegerVector[]): IntegerVector {
  const target = Float64Array.from(vectors[0] ?? []);
  for (const vector of vectors.slice(1)) addVector(target, vector);
  return target;
}

test('merging data sketches is associative and commutative to the last bit', () => {
  fc.assert(
    fc.property(rows, rows, rows, (a, b, c) => {
      const [x, y, z] = [sketched(a), sketched(b), sketched(c)];
      assert.deepEqual(merged(merged(x, y), z), merged(x, merged(y, z)));
      assert.deepEqual(merged(x, y), merged(y, x));
    }),
  );
});

test('a sketch of all rows equals the merged sketches of any cut of them', () => {
  fc.assert(
    fc.property(rows, fc.nat(40), (all, cut) => {
      const whole = sketched(all);
      const parts = merged(sketched(all.slice(0, cut)), sketched(all.slice(cut)));
      // Each chunk samples its own first rows for the multivariate part; up to 32 rows that is all
      // of them.
      if (all.length <= 32) assert.deepEqual(parts, whole);
    }),
  );
});

test('encoding keeps every entry', () => {
  const entry = fc.oneof(fc.constant(0), fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.constant(2 ** 51));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
      const vector = Float64Array.from(entries);
      assert.deepEqual([...decodeVector(encodeVector(vector))], [...vector]);
    }),
  );
});

test('long runs of zeros cost a few bytes, and come back', () => {
  const vector = new Float64Array(100_000);
  vector[70_000] = 3;
  const bytes = encodeVector(vector);
  assert.ok(bytes.length < 16);
  assert.deepEqual(decodeVector(bytes), vector);
});

test('merging output sketches is exact, and does not depend on the cut', () => {
  const answer = fc.record({
    p: fc.double({ min: 0, max: 1, noNaN: true }),
    predicted: fc.constantFrom(0, 1, 5),
  });
  const sketch = (answers: readonly { p: number; predicted: number }[]): IntegerVector => {
    const part = createOutputSketch(profile.outputs.layout);
    for (const { p, predicted } of answers) part.add([1 - p, p], predicted);
    return part.vector();
  };
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 30 }), fc.nat(30), (all, cut) => {
      assert.deepEqual(merged(sketch(all.slice(cut)), sketch(all.slice(0, cut))), sketch(all));
    }),
  );
});

test('sketches of different layouts do not merge', () => {
  assert.throws(() => addVector(new Float64Array(3), new Float64Array(4)), { code: 'DATA_INVALID' });
});

test('cut off and foreign bytes are refused', () => {
  const bytes = encodeVector(Float64Array.of(1, 2, 3));
  assert.throws(() => decodeVector(bytes.subarray(0, bytes.length - 1)), { code: 'DATA_INVALID' });
  assert.throws(() => decodeVector(Uint8Array.of(9, 1, 1)), { code: 'DATA_INVALID' });
});
