import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { createDataSketch } from '../../src/index.ts';
import { sealLayout, shapeOf } from '../../src/layout/input-layout.ts';
import { quantileEdges } from '../../src/profile/edges.ts';

function layoutOf(edges: readonly number[]) {
  return sealLayout({
    features: [{ kind: 'numeric', name: 'x', edges, centre: 0, scale: 1 }],
    multivariate: null,
  });
}

test('a value falls into the bin whose edges enclose it, however the edges lie', () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(
      fc.uniqueArray(float, { maxLength: 40 }),
      fc.array(float, { maxLength: 40 }),
      (cuts, values) => {
        const edges = [...new Set(cuts.map((cut) => cut + 0))].sort((a, b) => a - b);
        const sketch = createDataSketch(layoutOf(edges));
        const all = [...values, ...edges];
        for (const value of all) sketch.add(Float32Array.of(value));
        const expected = new Array<number>(edges.length + 1).fill(0);
        for (const value of all) {
          const bin = edges.filter((edge) => edge <= value).length;
          expected[bin] = (expected[bin] ?? 0) + 1;
        }
        assert.deepEqual([...sketch.vector().subarray(0, edges.length + 1)], expected);
      },
    ),
  );
});

test('missing and not finite values have bins of their own and leave the sums alone', () => {
  const layout = layoutOf([0, 1]);
  const sketch = createDataSketch(layout);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5]) {
    sketch.add(Float32Array.of(value));
  }
  const vector = sketch.vector();
  assert.deepEqual([...vector.subarray(0, shapeOf(layout).sums)], [0, 1, 0, 1, 2]);
  assert.equal(vector[shapeOf(layout).sums], 0.5 * 2 ** 20);
  assert.equal(sketch.n, 4);
});

test('edges give about equal frequencies, and a point mass a bin of its own', () => {
  const random = createRandom(3);
  const values = Float32Array.from({ length: 5000 }, (_, i) => (i % 2 ? 0 : random.normal())).sort();
  const edges = quantileEdges(values, { bins: 16 });
  const zero = edges.indexOf(0);
  assert.ok(zero > 0);
  assert.equal(edges[zero + 1], 2 ** -126, 'the bin of 0 holds nothing else but denormal numbers');
  const counts = edges.map(
    (edge, i) => values.filter((x) => x >= edge && x < (edges[i + 1] ?? Infinity)).length,
  );
  assert.ok(counts.every((count, i) => i === zero || count <= 5000 / 16 + 1));
});

test('a constant and an empty reference have edges too', () => {
  assert.deepEqual(quantileEdges(new Float32Array()), []);
  const edges = quantileEdges(new Float32Array(5).fill(3));
  assert.equal(edges.length, 2);
  assert.equal(edges[0], 3);
  assert.ok((edges[1] ?? 0) > 3 && (edges[1] ?? 4) < 3.000001);
});
