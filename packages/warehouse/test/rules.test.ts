import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { isFeature, isLabel } from '@driftloop/spec';
import { label, modelSpec, request } from './support/records.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

/** SQL cannot import what `packages/spec` says: here it is asked for the same cases. */
const MODELS: readonly ModelSpec[] = [
  modelSpec({ model: 'classes', task: 'multiclass', classes: 3 }),
  modelSpec({ model: 'values', task: 'regression', classes: 0 }),
].map((spec) => ({
  ...spec,
  features: [
    { name: 'must be there', kind: 'numeric', allowMissing: false },
    { name: 'may miss', kind: 'numeric', allowMissing: true },
  ],
}));
const LABELS = [
  0,
  -0,
  1,
  2,
  2.5,
  3,
  -1,
  1e-300,
  3.4028234663852886e38,
  3.402823567e38,
  3.4028236e38,
  -3.41e38,
  1e200,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const VALUES = [0, -1.5, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const ROWS = VALUES.flatMap((first) => VALUES.map((second) => Float32Array.of(first, second)));

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
  const { producer } = parts;
  await producer.send(
    'model.specs',
    MODELS.map((value) => ({ key: value.model, value })),
  );
  for (const { model } of MODELS) {
    const asked = (requestId: string, features: Float32Array) => ({
      key: requestId,
      value: request({ requestId, model, features, eventTime: 1_000 }),
    });
    const told = (requestId: string, value: number) => ({
      key: requestId,
      value: label({ requestId, model, label: value, eventTime: 2_000 }),
    });
    await producer.send('inference.requests', [
      ...LABELS.map((_, i) => asked(`label ${i}`, Float32Array.of(i, 0))),
      ...ROWS.map((features, i) => asked(`row ${i}`, features)),
    ]);
    await producer.send('inference.labels', [
      ...LABELS.map((value, i) => told(`label ${i}`, value)),
      ...ROWS.map((_, i) => told(`row ${i}`, 1)),
    ]);
  }
  await parts.settled('model.specs', 'inference.requests', 'inference.labels');
});
after(() => parts.close());

for (const spec of MODELS) {
  const { model, features } = spec;
  const ranges = [{ from: 0, to: 10_000, weight: 1 }];
  const isRow = (row: Float32Array) =>
    features.every(({ allowMissing }, i) => isFeature(row[i] as number, allowMissing));
  const labels = LABELS.flatMap((value, i) => (isLabel(value, spec) ? [i] : []));

  test(`${model}: the view of truths counts the labels that the rule does`, async () => {
    const rows = await parts.warehouse.query(
      `SELECT request_id FROM ${parts.warehouse.database}.truths WHERE model = '${model}' AND startsWith(request_id, 'label')`,
    );
    const known = rows.map((row) =>
      Number((row as { request_id: string }).request_id.slice('label '.length)),
    );
    assert.deepEqual(
      known.sort((a, b) => a - b),
      labels,
    );
  });

  test(`${model}: rows to learn from are those that the rules of labels and features let through`, async () => {
    const found = await parts.warehouse.labelledRows({ model, ranges, limit: 1_000, width: features.length });
    assert.equal(found.rows, labels.length + ROWS.filter(isRow).length);
  });
}
