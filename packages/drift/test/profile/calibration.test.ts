import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calibratedConfidence } from '../../src/layout/output-layout.ts';
import { fitCalibration } from '../../src/profile/calibration.ts';

const sample = fc.array(fc.tuple(fc.nat(10), fc.boolean()), { minLength: 1, maxLength: 60 });

function fit(rows: readonly (readonly [number, boolean])[]) {
  const outputs = Float32Array.from(rows, ([tenths]) => tenths / 10);
  const labels = Float32Array.from(rows, ([, hit]) => Number(hit));
  const [knots] = fitCalibration(2, outputs, 1, labels);
  assert.ok(knots);
  const layout = { id: '', task: 'binary' as const, classes: 2, edges: [], calibration: [knots] };
  return { knots, labels, calibrated: outputs.map((_, i) => calibratedConfidence(layout, outputs, i, 1, 1)) };
}

test('calibrated probabilities rise, average to the labels, and do not depend on the order of rows', () => {
  fc.assert(
    fc.property(sample, (rows) => {
      const { knots, calibrated, labels } = fit(rows);
      assert.deepEqual(knots, fit([...rows].reverse()).knots);
      knots.y.forEach((y, i) => {
        assert.ok(i === 0 || y >= (knots.y[i - 1] ?? 2));
      });
      const sum = calibrated.reduce((total, p) => total + p, 0);
      const hits = labels.reduce((sum, hit) => sum + hit, 0);
      assert.ok(Math.abs(sum - hits) < 1e-4);
    }),
  );
});

test('probabilities that are right stay as they are, whichever row of equals comes first', () => {
  const rows = Array.from({ length: 100 }, (_, i): [number, boolean] => {
    const high = i % 2 === 1;
    return [high ? 8 : 2, Math.floor(i / 2) % 5 < (high ? 4 : 1)];
  });
  for (const order of [rows, [...rows].reverse()]) {
    const { knots } = fit(order);
    assert.deepEqual(knots.y, [0.2, 0.8]);
  }
});
