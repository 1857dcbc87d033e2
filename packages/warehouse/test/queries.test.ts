import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServedAnswers } from '@driftloop/spec';
import type { StoredRecord } from '../src/index.ts';
import type { SliceRange } from '../src/queries/slice.ts';
import { label, modelSpec, prediction, request } from './support/records.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

const WIDTH = 3;
const ROWS = 200;
const START = Date.now() - 600_000;
const eventTime = (n: number) => 831_600_000_000 + 1_000 * n;
const features = (n: number) => Float32Array.of(n + 0.5, -n, n % 7 === 0 ? Number.NaN : 1);
const truth = (n: number) => (n % 3 === 0 ? 1 : 0);

let parts: TestWarehouse;
/**
 * Row n is request n on partition n % 4; each is answered and labelled, and nothing else is on the
 * topics.
 */
before(async () => {
  parts = await openTestWarehouse();
  const { producer } = parts;
  const rows = Array.from({ length: ROWS }, (_, n) => ({ n, requestId: `id-${n}`, partition: n % 4 }));
  const at = (n: number) => ({ key: `id-${n}`, partition: n % 4, timestamp: START + 10 * n });
  const missing = { kind: 'numeric', allowMissing: true } as const;
  await producer.send('model.specs', [
    { key: 'elec', value: modelSpec({ features: ['a', 'b', 'c'].map((name) => ({ name, ...missing })) }) },
  ]);
  await producer.send(
    'inference.requests',
    rows.map(({ n, requestId }) => ({
      ...at(n),
      value: request({ requestId, eventTime: eventTime(n), features: features(n) }),
    })),
  );
  await producer.send(
    'inference.predictions',
    rows.map(({ n, requestId }) => ({
      ...at(n),
      value: prediction({
        requestId,
        eventTime: eventTime(n),
        version: 1 + Math.floor(n / 100),
        predicted: n % 2,
        role: n % 10 === 0 ? 'canary' : 'live',
        requestPartition: n % 4,
        requestOffset: Math.floor(n / 4),
      }),
    })),
  );
  await producer.send(
    'inference.labels',
    rows.map(({ n, requestId }) => ({
      ...at(n),
      value: label({ requestId, label: truth(n), eventTime: eventTime(n) + 500 }),
    })),
  );
  await parts.settled();
});
after(() => parts.close());

const range = (from: number, to: number, weight = 1) => ({
  from: eventTime(from),
  to: eventTime(to),
  weight,
});
const numbersOf = (times: Float64Array) => [...times].map((time) => (time - eventTime(0)) / 1_000);

const asking = (...ids: string[]) => ids.map((requestId) => ({ requestId, timestamp: eventTime(2_000) }));

test('predictions are found by request id, in the order of labels; of unknown ids there is none', async () => {
  const found = await parts.warehouse.predictionsFor('elec', asking('id-110', 'id-7', "no'such\\id", 'id-7'));
  const seven = {
    requestId: 'id-7',
    version: 1,
    role: 'live',
    eventTime: eventTime(7),
    predicted: 1,
    outputs: Float32Array.of(0.25, 0.75),
    requestPartition: 3,
    requestOffset: 1,
    requestTime: -1,
    rivals: [],
  };
  assert.deepEqual(found, [
    {
      ...seven,
      requestId: 'id-110',
      version: 2,
      role: 'canary',
      eventTime: eventTime(110),
      predicted: 0,
      requestPartition: 2,
      requestOffset: 27,
    },
    seven,
    undefined,
    seven,
  ]);
  assert.deepEqual(await parts.warehouse.predictionsFor('elec', []), []);
  assert.deepEqual(await parts.warehouse.predictionsFor('another', asking('id-7')), [undefined]);
});

test('long lists of ids are looked up', async () => {
  const strangers = Array.from({ length: 3_000 }, (_, n) => `a-request-id-that-is-rather-long-${n}`);
  const known = Array.from({ length: ROWS }, (_, n) => `id-${n}`);
  const found = await parts.warehouse.predictionsFor('elec', asking(...strangers, ...known));
  assert.deepEqual(
    found.map((answer) => answer?.requestId),
    [...strangers.map(() => undefined), ...known],
  );
});

test('a shadow answers nobody and goes with the served answer that it came before; of two answers the first on Kafka counts', async () => {
  const at = { key: 'twice', partition: 0 };
  const common = { requestId: 'twice', eventTime: eventTime(900), requestOffset: 900 };
  await parts.producer.send('inference.predictions', [
    { ...at, value: prediction({ ...common, role: 'shadow', version: 1, predicted: 0 }) },
    { ...at, value: prediction({ ...common, role: 'shadow', version: 9, predicted: 1 }) },
    { ...at, value: prediction({ ...common, role: 'shadow', version: 1, predicted: 1 }) },
    { ...at, value: prediction({ ...common, version: 3 }) },
    { ...at, value: prediction({ ...common, role: 'shadow', version: 8 }) },
    { ...at, value: prediction({ ...common, version: 2 }) },
    { ...at, value: prediction({ ...common, requestId: 'in shadow', requestOffset: 901, role: 'shadow' }) },
  ]);
  await parts.settled('inference.predictions');
  const found = await parts.warehouse.predictionsFor('elec', asking('twice', 'in shadow'));
  assert.deepEqual(
    found.map((answer) => answer && [answer.requestId, answer.version, answer.rivals]),
    [
      [
        'twice',
        3,
        [
          { version: 1, predicted: 0 },
          { version: 9, predicted: 1 },
        ],
      ],
      undefined,
    ],
  );
});

test('of an id that is used again each label finds the newest request before it, as ServedAnswers does', async () => {
  // More uses than rows are looked at, at equal times too, each with an answer in shadow.
  const uses = Array.from({ length: 120 }, (_, n) => ({
    requestId: 'again',
    eventTime: eventTime(n),
    version: 1 + n,
    requestPartition: n % 3,
    requestOffset: n,
    requestTime: eventTime(10 * Math.floor(n / 2)),
  }));
  const answers = uses.flatMap((use) => [
    prediction({ ...use, role: 'shadow', version: 1_000 + use.version }),
    prediction(use),
  ]);
  await parts.producer.send(
    'inference.predictions',
    answers.map((value) => ({ key: 'again', partition: value.requestPartition, value })),
  );
  await parts.settled('inference.predictions');
  const kept = createServedAnswers();
  kept.add(answers);
  const labels = [-1, 0, eventTime(0) - 1, ...Array.from({ length: 70 }, (_, n) => eventTime(9 * n))].map(
    (timestamp) => ({ requestId: 'again', timestamp }),
  );
  assert.deepEqual(
    await parts.warehouse.predictionsFor('elec', labels),
    labels.map(({ timestamp }) => kept.find('elec', 'again', timestamp)),
  );
});

test('labelled rows come as columns in order of event time', async () => {
  const rows = await parts.warehouse.labelledRows({
    model: 'elec',
    ranges: [range(5, 9)],
    limit: 100,
    width: WIDTH,
  });
  assert.deepEqual(rows, {
    rows: 4,
    width: WIDTH,
    features: Float32Array.from([5, 6, 7, 8].flatMap((n) => [...features(n)])),
    labels: Float32Array.from([5, 6, 7, 8].map(truth)),
    weights: Float32Array.of(1, 1, 1, 1),
    eventTimes: Float64Array.from([5, 6, 7, 8].map(eventTime)),
  });
});

test('labelled rows: weights by range, the first of overlapping ones; the newest are kept', async () => {
  const ranges = [range(10, 12, 0.5), range(11, 14, 2), range(100, 102, 3)];
  const rows = await parts.warehouse.labelledRows({ model: 'elec', ranges, limit: 5, width: WIDTH });
  assert.deepEqual(numbersOf(rows.eventTimes), [11, 12, 13, 100, 101]);
  assert.deepEqual([...rows.weights], [0.5, 2, 2, 3, 3]);
});

test('labelled rows: labels beyond the frozen positions do not count', async () => {
  const labelsThrough = [
    { partition: 0, offset: 2 },
    { partition: 1, offset: 1 },
  ];
  const rows = await parts.warehouse.labelledRows({
    model: 'elec',
    ranges: [{ from: 0, to: Number.MAX_SAFE_INTEGER, weight: 1 }],
    labelsThrough,
    limit: 100,
    width: WIDTH,
  });
  assert.deepEqual(numbersOf(rows.eventTimes), [0, 1, 4]);
});

test('labelled rows: nothing selected, another width, a model without rows', async () => {
  const { warehouse } = parts;
  const query = { model: 'elec', ranges: [range(0, ROWS)], limit: 100, width: WIDTH };
  for (const changed of [
    { ranges: [] },
    { limit: 0 },
    { width: 4 },
    { model: 'another' },
    { ranges: [range(50, 50)] },
  ]) {
    const rows = await warehouse.labelledRows({ ...query, ...changed });
    assert.equal(rows.rows, 0);
    assert.equal(rows.features.length, 0);
  }
});

test('labelled rows: a request twice, a label twice, labels and features that are not valid', async () => {
  const { producer, warehouse } = parts;
  const spec = modelSpec({ model: 'strict' });
  await producer.send('model.specs', [{ key: 'strict', value: spec }]);
  const rows: [string, number[], number[]][] = [
    ['good', [1, 2], [1]],
    ['label twice', [1, 3], [0, 1]],
    ['a missing value where one may be', [Number.NaN, 4], [1]],
    ['a missing value where none may be', [1, Number.NaN], [1]],
    ['infinite', [Number.POSITIVE_INFINITY, 1], [1]],
    ['no such class', [1, 5], [2]],
    ['between classes', [1, 6], [0.5]],
    ['no number', [1, 7], [Number.NaN]],
    ['first no class, then one', [1, 8], [-1, 1]],
    ['not labelled', [1, 9], []],
  ];
  for (const [i, [requestId, values, labels]] of rows.entries()) {
    const common = { model: 'strict', requestId, eventTime: i };
    const send = [
      { key: requestId, partition: 0, value: request({ ...common, features: Float32Array.from(values) }) },
    ];
    await producer.send('inference.requests', i === 0 ? [...send, ...send] : send);
    await producer.send(
      'inference.labels',
      labels.map((value) => ({ key: requestId, partition: 0, value: label({ ...common, label: value }) })),
    );
  }
  await parts.settled('inference.requests', 'inference.labels', 'model.specs');
  const selected = await warehouse.labelledRows({
    model: 'strict',
    ranges: [{ from: 0, to: 100, weight: 1 }],
    limit: 100,
    width: 2,
  });
  assert.deepEqual([...selected.eventTimes], [0, 1, 2, 8]);
  assert.deepEqual([...selected.labels], [1, 0, 1, 1]);
});

test('labelled rows may be wide, and a run of unlabelled newest ones does not hide those before', async () => {
  const { producer, warehouse } = parts;
  const wide = (n: number) => Float32Array.from({ length: 200 }, (_, i) => n + i);
  const ids = Array.from({ length: 60 }, (_, n) => n);
  const at = (n: number) => ({ key: `wide-${n}`, partition: 1 });
  await producer.send(
    'inference.requests',
    ids.map((n) => ({
      ...at(n),
      value: request({ model: 'wide', requestId: `wide-${n}`, eventTime: n, features: wide(n) }),
    })),
  );
  await producer.send(
    'inference.labels',
    [0, 1, 2].map((n) => ({
      ...at(n),
      value: label({ model: 'wide', requestId: `wide-${n}`, eventTime: n }),
    })),
  );
  await parts.settled('inference.requests', 'inference.labels');
  const selection = { model: 'wide', ranges: [{ from: 0, to: 60, weight: 1 }], width: 200 };
  const two = await warehouse.labelledRows({ ...selection, limit: 2 });
  assert.deepEqual([...two.eventTimes], [1, 2]);
  assert.deepEqual(two.features.subarray(200), wide(2));
  assert.equal((await warehouse.labelledRows({ ...selection, limit: 10 })).rows, 3);
});

test('a slice by time is what the bus reads from Kafka', async () => {
  const bounds = { by: 'time', from: START + 500, to: START + 1_000 } as const;
  for (const topic of ['inference.requests', 'inference.predictions', 'inference.labels'] as const) {
    const stored = await collect(parts.warehouse.slice(topic, bounds));
    assert.deepEqual(stored, await collect(parts.bus.slice(topic, bounds)));
    assert.equal(stored.length, 50);
  }
});

test('a slice by offset is what the bus reads from Kafka', async () => {
  const ranges: SliceRange[] = [
    { by: 'offset', partition: 2, from: 3, to: 9 },
    { by: 'offset', partition: 1 },
    { by: 'offset', from: 10, to: 12 },
    { by: 'offset', from: 10_000 },
  ];
  for (const bounds of ranges) {
    const stored = await collect(parts.warehouse.slice('inference.predictions', bounds));
    assert.deepEqual(stored, await collect(parts.bus.slice('inference.predictions', bounds)));
  }
});

test('a slice holds an answer as often as it was written', async () => {
  const answer = prediction({ requestId: 'echo', requestPartition: 3, requestOffset: 5_000 });
  const record = { key: 'echo', partition: 3, value: answer };
  await parts.producer.send('inference.predictions', [record, record]);
  await parts.settled('inference.predictions');
  await parts.warehouse.query(`OPTIMIZE TABLE ${parts.warehouse.database}.stored_predictions FINAL`);
  const stored = await collect(
    parts.warehouse.slice('inference.predictions', { by: 'offset', partition: 3, from: 50 }),
  );
  assert.deepEqual(
    stored.map(({ offset, key }) => [offset, key]),
    [
      [50, 'echo'],
      [51, 'echo'],
    ],
  );
});

async function collect(batches: AsyncIterable<readonly Pick<StoredRecord, keyof StoredRecord>[]>) {
  const records: Pick<StoredRecord, keyof StoredRecord>[] = [];
  for await (const batch of batches) records.push(...batch);
  return records;
}
