import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import {
  eventTimeRefusal,
  isRequestId,
  LATEST_EVENT_TIME,
  type RequestColumns,
  requestRefusal,
  rowOf,
  rowWidthOf,
  type ToldLabel,
  targetsOf,
  truthOf,
} from '@driftloop/spec';
import { label, modelSpec, request } from './support/records.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

/** SQL cannot import what `packages/spec` says: here it is asked for the same cases. */
const MODELS: readonly ModelSpec[] = [
  modelSpec({ model: 'classes', task: 'multiclass', classes: 3 }),
  modelSpec({ model: 'named', task: 'multiclass', classes: 3, classNames: ['nein', 'ja', "viel'leicht"] }),
  modelSpec({ model: 'numbers', task: 'multiclass', classes: 3, classNames: ['-1', '1', '1e0000000002'] }),
  modelSpec({ model: 'almost numbers', task: 'multiclass', classes: 3, classNames: ['0', ' 1', '0x2'] }),
  modelSpec({ model: 'values', task: 'regression', classes: 0 }),
  modelSpec({ model: 'ranks', task: 'ranking', classes: 0 }),
  modelSpec({ model: 'targets', task: 'regression', classes: 0, outputs: [{ name: 'b' }, { name: "a's" }] }),
  modelSpec({
    model: 'quantiles of one',
    task: 'regression',
    classes: 0,
    outputs: [
      { name: 'low', quantile: 0.1 },
      { name: 'high', quantile: 0.9 },
    ],
  }),
  modelSpec({
    model: 'quantiles of two',
    task: 'regression',
    classes: 0,
    outputs: [
      { name: 'low', target: 'b', quantile: 0.1 },
      { name: 'a' },
      { name: 'high', target: 'b', quantile: 0.9 },
    ],
  }),
  modelSpec({
    model: 'labels',
    task: 'multilabel',
    classes: 0,
    outputs: [{ name: 'b' }, { name: "viel'leicht" }, { name: 'a' }],
  }),
].map((spec) => ({
  ...spec,
  features: [
    { name: 'must be there', kind: 'numeric', allowMissing: false },
    { name: 'may miss', kind: 'numeric', allowMissing: true },
    {
      name: 'größe',
      kind: 'categorical',
      allowMissing: false,
      categories: ['klein', '', "o'Neill", 'toString'],
    },
    { name: 'toString', kind: 'categorical', allowMissing: true, categories: ['a'] },
  ],
}));
/** The same with a vector and, the last one, with free text: their rows come otherwise. */
const VECTOR = { name: "vec'tor", kind: 'embedding', size: 2 } as const;
const OTHER_KINDS: readonly ModelSpec[] = [
  modelSpec({ model: 'vectors', features: [{ ...VECTOR, allowMissing: false }] }),
  modelSpec({ model: 'may miss', features: [{ ...VECTOR, allowMissing: true }] }),
  modelSpec({ model: 'texts', features: [{ name: 'free', kind: 'text', allowMissing: false }] }),
].map((spec) => ({
  ...spec,
  features: [{ name: 'must be there', kind: 'numeric', allowMissing: false }, ...spec.features],
}));
const OTHER_ROWS: readonly RequestColumns[] = [
  { "vec'tor": Float32Array.of(1, 2) },
  { "vec'tor": Float32Array.of(1, Number.NaN) },
  { "vec'tor": Float32Array.of(1, Number.NEGATIVE_INFINITY) },
  { "vec'tor": Float32Array.of(1, 2, 3) },
  { "vec'tor": new Float32Array(0) },
  { other: Float32Array.of(1, 2) },
  {},
]
  .flatMap((vectors): RequestColumns[] => [
    { features: new Float32Array(0), numbers: { 'must be there': 0.5 }, vectors },
    { features: new Float32Array(0), vectors },
    { features: new Float32Array(0), numbers: { 'must be there': 0.5 }, texts: { free: 'größer' }, vectors },
  ])
  .concat([
    { features: Float32Array.of(1, 2, 3) },
    { features: Float32Array.of(1, Number.NaN, Number.NaN) },
    { features: Float32Array.of(1, 2) },
  ]);
const NUMBERS = [
  0,
  -0,
  1,
  2,
  2.5,
  3,
  -1,
  100,
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
const NAMES = ['ja', 'nein', "viel'leicht", 'Ja', '', '1', '-1', '0', ' 1', '0x2', '1e0000000002', '100'];
const SEVERAL: readonly (readonly number[])[] = [
  [1],
  ...NUMBERS.flatMap((value) => [
    [value, 1],
    [0, value],
    [1, 0, value],
  ]),
];
const SETS = [['b'], ['a', 'b'], ['a', 'a'], ["viel'leicht", 'a', 'b'], ['b', 'c'], [''], ["a's"]];
const LABELS: readonly ToldLabel[] = [
  ...NUMBERS.map((value) => ({ label: value, labelName: null })),
  ...NAMES.map((labelName) => ({ label: 1, labelName })),
  ...SEVERAL.map((values) => ({ label: 1, values })),
  ...SETS.map((labelNames) => ({ label: 1, labelNames })),
  { label: 1, labelName: 'ja', values: [1, 0], labelNames: ['b'] },
];
const VALUES = [0, -1.5, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const none = new Float32Array(0);
const TEXTS: readonly Readonly<Record<string, string>>[] = [
  { größe: 'klein' },
  { größe: '', toString: 'a' },
  { größe: "o'Neill", toString: 'b' },
  { größe: 'groß', other: 'x' },
  { toString: 'a' },
  { größe: 'toString' },
  {},
];
const COLUMNS: readonly Readonly<Record<string, number>>[] = [
  { 'must be there': 0.1, 'may miss': -2 },
  { 'must be there': 16_777_217, other: 3 },
  { 'may miss': 1 },
  { 'must be there': Number.NaN },
  { 'must be there': 1, 'may miss': Number.NaN },
  { 'must be there': 1e300 },
  { 'must be there': 1, 'may miss': Number.NEGATIVE_INFINITY, größe: 1 },
  {},
];
const ROWS: readonly RequestColumns[] = [
  ...VALUES.flatMap((first) => VALUES.map((second) => ({ features: Float32Array.of(first, second, 1, 0) }))),
  { features: Float32Array.of(1, 2) },
  ...COLUMNS.flatMap((numbers) => TEXTS.map((texts) => ({ features: none, numbers, texts }))),
  { features: Float32Array.of(1, 2, 3, 0), numbers: { 'must be there': 7 } },
];
const PLAIN = Float32Array.of(1, 2, 0, 0);

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
  const { producer } = parts;
  await producer.send(
    'model.specs',
    [...MODELS, ...OTHER_KINDS].map((value) => ({ key: value.model, value })),
  );
  for (const { model } of OTHER_KINDS) {
    const records = OTHER_ROWS.map((columns, i) => {
      const requestId = `row ${i}`;
      return { key: requestId, value: request({ requestId, model, eventTime: i, ...columns }) };
    });
    await producer.send('inference.requests', records);
    const truths = records.map(({ key: requestId }) => ({
      key: requestId,
      value: label({ requestId, model, eventTime: 2_000, label: 1, labelName: null }),
    }));
    await producer.send('inference.labels', truths);
  }
  for (const spec of MODELS) {
    const { model, task } = spec;
    const targets = targetsOf(spec).length;
    const asked = (requestId: string, columns: RequestColumns, eventTime: number) => ({
      key: requestId,
      value: request({ requestId, model, eventTime, ...columns }),
    });
    const told = (requestId: string, value: ToldLabel) => ({
      key: requestId,
      value: label({ requestId, model, eventTime: 2_000, ...value }),
    });
    const right = {
      label: task === 'regression' || model !== 'almost numbers' ? 1 : 0,
      labelName: null,
      ...(targets > 1 ? { values: Array.from({ length: targets }, () => 1) } : {}),
    };
    await producer.send('inference.requests', [
      ...LABELS.map((_, i) => asked(`label ${i}`, { features: PLAIN }, i)),
      ...ROWS.map((columns, i) => asked(`row ${i}`, columns, 10_000 + i)),
    ]);
    await producer.send('inference.labels', [
      ...LABELS.map((value, i) => told(`label ${i}`, value)),
      ...ROWS.map((_, i) => told(`row ${i}`, right)),
    ]);
  }
  await parts.settled('model.specs', 'inference.requests', 'inference.labels');
});
after(() => parts.close());

for (const spec of MODELS) {
  const { model, features } = spec;
  const read = (from: number, to: number) =>
    parts.warehouse.labelledRows({
      model,
      ranges: [{ from, to, weight: 1 }],
      limit: 1_000,
      width: features.length,
      targets,
    });
  const targets = targetsOf(spec).length;
  const counting = LABELS.flatMap((told, i) => {
    const values = truthOf(told, spec);
    return values === undefined ? [] : [{ i, values: values.map((value) => value + 0) }];
  });

  test(`${model}: the view of truths counts the labels that the rule does, as what it says`, async () => {
    const rows = (await parts.warehouse.query(
      `SELECT request_id, label, labels FROM ${parts.warehouse.database}.truths WHERE model = '${model}' AND startsWith(request_id, 'label')`,
    )) as { request_id: string; label: number; labels: number[] }[];
    const known = rows.map(({ request_id, labels }) => ({
      i: Number(request_id.slice('label '.length)),
      values: labels.map((value) => value + 0),
    }));
    assert.deepEqual(
      known.sort((a, b) => a.i - b.i),
      counting,
    );
    assert.ok(rows.every(({ label, labels }) => Object.is(label, labels[0])));
  });

  test(`${model}: labels to learn from are what the rule says`, async () => {
    const found = await read(0, 10_000);
    assert.deepEqual(
      Array.from(found.eventTimes, (i, row) => ({
        i,
        values: Array.from(found.labels.subarray(row * targets, (row + 1) * targets), (value) => value + 0),
      })),
      counting.map(({ i, values }) => ({ i, values: values.map(Math.fround) })),
    );
  });

  test(`${model}: rows to learn from are those that the rule lets through, as it reads them`, async () => {
    const found = await read(10_000, 20_000);
    const rows = ROWS.flatMap((columns, i) => {
      const row = rowOf(columns, spec);
      return requestRefusal(columns, row, spec) === undefined ? [{ i: 10_000 + i, row: [...row] }] : [];
    });
    assert.deepEqual(
      Array.from({ length: found.rows }, (_, row) => ({
        i: found.eventTimes[row],
        row: [...found.features.subarray(row * found.width, (row + 1) * found.width)],
      })),
      rows,
    );
  });
}

test('requests from too far ahead are none to learn from, and the mended one of their id is', async () => {
  const { producer, warehouse } = parts;
  const window = { lengthMs: 10_000, allowedLatenessMs: 0, minSamples: 1, partitionIdleMs: 0 };
  const specs = [0, 3_600_000].map((allowedAheadMs) =>
    modelSpec({ model: `ahead ${allowedAheadMs}`, window: { ...window, allowedAheadMs } }),
  );
  await producer.send(
    'model.specs',
    specs.map((value) => ({ key: value.model, value })),
  );
  const now = Date.now();
  // Far from both limits: when the broker takes the records is not known before.
  const eventTimes = [0, now - 1, now + 1_800_000, now + 86_400_000, LATEST_EVENT_TIME];
  for (const { model } of specs) {
    const records = eventTimes.flatMap((eventTime, i) => {
      const asked = { requestId: `${i}`, model, features: Float32Array.of(1, 0) };
      const mended = { ...asked, requestId: 'mended', eventTime: i === 4 ? now - 7 : eventTime };
      return [
        { key: `${i}`, value: request({ ...asked, eventTime }) },
        ...(i > 2 ? [{ key: 'mended', value: request(mended) }] : []),
      ];
    });
    await producer.send('inference.requests', records);
    const ids = new Set(records.map(({ key }) => key));
    await producer.send(
      'inference.labels',
      [...ids].map((requestId) => ({ key: requestId, value: label({ requestId, model, eventTime: now }) })),
    );
  }
  await parts.settled('model.specs', 'inference.requests', 'inference.labels');
  for (const { model, window } of specs) {
    const due = eventTimes.filter((eventTime) => eventTimeRefusal(eventTime, now, window) === undefined);
    assert.ok(due.length < eventTimes.length);
    const ranges = [{ from: 0, to: Number.MAX_SAFE_INTEGER, weight: 1 }];
    const found = await warehouse.labelledRows({ model, ranges, limit: 3, width: 2 });
    assert.deepEqual([...found.eventTimes], [...due, now - 7].sort((a, b) => a - b).slice(-3));
  }
});

test('requests whose ids are too long are none to learn from', async () => {
  const { producer, warehouse } = parts;
  const model = 'long ids';
  await producer.send('model.specs', [{ key: model, value: modelSpec({ model }) }]);
  const ids = ['a', 'a'.repeat(1_024), 'a'.repeat(1_025), 'é'.repeat(512), 'é'.repeat(513), '🦙'.repeat(256)];
  await producer.send(
    'inference.requests',
    ids.map((requestId, i) => ({
      key: '',
      value: request({ requestId, model, features: Float32Array.of(1, 0), eventTime: i }),
    })),
  );
  await producer.send(
    'inference.labels',
    ids.map((requestId) => ({ key: '', value: label({ requestId, model, eventTime: 7 }) })),
  );
  await parts.settled('model.specs', 'inference.requests', 'inference.labels');
  const ranges = [{ from: 0, to: 10, weight: 1 }];
  const found = await warehouse.labelledRows({ model, ranges, limit: 10, width: 2 });
  const due = [...ids.keys()].filter((i) => isRequestId(ids[i] ?? ''));
  assert.deepEqual([...found.eventTimes], due);
  assert.equal(due.length, 4);
});

for (const spec of OTHER_KINDS) {
  const { model } = spec;
  test(`${model}: rows of embeddings and texts to learn from are those that the rule lets through`, async () => {
    const found = await parts.warehouse.labelledRows({
      model,
      ranges: [{ from: 0, to: 10_000, weight: 1 }],
      limit: 1_000,
      width: rowWidthOf(spec),
    });
    const rows = OTHER_ROWS.flatMap((columns, i) => {
      const row = rowOf(columns, spec);
      return requestRefusal(columns, row, spec) === undefined ? [{ i, row: [...row] }] : [];
    });
    assert.ok(rows.length > 0);
    assert.deepEqual(
      Array.from({ length: found.rows }, (_, row) => ({
        i: found.eventTimes[row],
        row: [...found.features.subarray(row * found.width, (row + 1) * found.width)],
      })),
      rows,
    );
  });
}
