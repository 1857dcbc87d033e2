import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { groupByModel } from '../src/relay/group.ts';
import { packRows } from '../src/relay/pack.ts';
import { requestRecord } from './fixtures/records.ts';
import { specOf } from './fixtures/spec.ts';

const spec = specOf('m', {
  features: [
    { name: 'price', kind: 'numeric', allowMissing: false },
    { name: 'demand', kind: 'numeric', allowMissing: true },
  ],
});

test('good rows are packed in order, the others are rejected with the reason', () => {
  const records = [
    requestRecord(0, [1, 2]),
    requestRecord(1, [1]),
    requestRecord(2, [Number.NaN, 2]),
    requestRecord(3, [3, Number.NaN]),
    requestRecord(4, [3, Number.POSITIVE_INFINITY]),
    requestRecord(5, [5, 6]),
  ];
  const packed = packRows(records, [0, 1, 2, 3, 4, 5], spec);
  assert.equal(packed.rows, 3);
  assert.deepEqual([...packed.indices.subarray(0, 3)], [0, 3, 5]);
  assert.deepEqual([...packed.features.subarray(0, 6)], [1, 2, 3, Number.NaN, 5, 6]);
  assert.deepEqual(
    packed.rejections.map(({ index, code }) => [index, code]),
    [
      [1, 'FEATURES_WRONG_LENGTH'],
      [2, 'FEATURE_NOT_FINITE'],
      [4, 'FEATURE_NOT_FINITE'],
    ],
  );
  assert.match(packed.rejections[0]?.reason ?? '', /has 1 features, model 'm' has 2: price, demand/);
  assert.match(packed.rejections[1]?.reason ?? '', /'price' is NaN/);
  assert.match(packed.rejections[2]?.reason ?? '', /'demand' is Infinity/);
});

test('a request further ahead of its record than the spec allows is refused; one window is the default', () => {
  const now = Date.UTC(2026, 0, 1);
  const { lengthMs } = spec.window;
  const refused = (timestamp: number, eventTimes: readonly number[], allowedAheadMs = 0) => {
    const records = eventTimes.map((eventTime, index) => {
      const record = requestRecord(index, [1, 2]);
      return { ...record, timestamp, value: { ...record.value, eventTime } };
    });
    const window = { ...spec.window, allowedAheadMs };
    return packRows(records, [...records.keys()], { ...spec, window }).rejections;
  };
  const [ahead, ...more] = refused(now, [now + lengthMs, now + lengthMs + 1, 0]);
  assert.deepEqual([ahead?.index, ahead?.code, more], [1, 'EVENT_TIME_AHEAD', []]);
  assert.match(ahead?.reason ?? '', /2026-01-01T00:01:00\.001Z .* \(2026-01-01T.*window\.allowedAheadMs/);
  assert.deepEqual(
    refused(now, [now + 5, now + 6], 5).map(({ index }) => index),
    [1],
  );
  // A timestamp that is none is no reason.
  for (const unknown of [-1, 0, Date.UTC(1999, 11, 31)]) assert.deepEqual(refused(unknown, [now]), []);
});

test('an event time that not everything can hold is refused, whatever the timestamp', () => {
  const LAST = Date.UTC(2200, 0, 1) - 1;
  const eventTimes = [
    0,
    -1,
    -(2 ** 53),
    LAST,
    LAST + 1,
    Date.UTC(2262, 3, 12),
    8.64e15,
    Number.MAX_SAFE_INTEGER,
  ];
  const records = eventTimes.map((eventTime, index) => {
    const record = requestRecord(index, [1, 2]);
    return { ...record, timestamp: -1, value: { ...record.value, eventTime } };
  });
  const packed = packRows(records, [...records.keys()], spec);
  assert.deepEqual([...packed.indices.subarray(0, packed.rows)], [0, 3]);
  assert.deepEqual(new Set(packed.rejections.map(({ code }) => code)), new Set(['EVENT_TIME_INVALID']));
  assert.match(packed.rejections[0]?.reason ?? '', /Event time -1 is none: .* 1970/);
});

test('a request whose id does not fit into its answer is refused, and the reason quotes its beginning', () => {
  const ids = ['r', 'i'.repeat(1_024), 'i'.repeat(1_025), 'i'.repeat(510_000), '🦙'.repeat(256)];
  const records = ids.map((requestId, index) => {
    const record = requestRecord(index, [1, 2]);
    return { ...record, value: { ...record.value, requestId } };
  });
  const { rows, indices, rejections } = packRows(records, [...records.keys()], spec);
  assert.deepEqual([...indices.subarray(0, rows)], [0, 1, 4]);
  assert.deepEqual(
    rejections.map(({ index, code }) => [index, code]),
    [
      [2, 'REQUEST_ID_TOO_LONG'],
      [3, 'REQUEST_ID_TOO_LONG'],
    ],
  );
  for (const { reason } of rejections) assert.ok(reason.length < 400, 'the reason fits into a dead letter');
});

test('a row is packed exactly when all its features are allowed', () => {
  const feature = fc.oneof(
    fc.float({ noNaN: true }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0),
  );
  fc.assert(
    fc.property(fc.array(fc.array(feature, { minLength: 1, maxLength: 3 })), (rows) => {
      const records = rows.map((row, index) => requestRecord(index, row));
      const packed = packRows(records, [...records.keys()], spec);
      const good = rows.flatMap(([price, demand, more], index) =>
        Number.isFinite(price) &&
        demand !== undefined &&
        Math.abs(demand) !== Number.POSITIVE_INFINITY &&
        more === undefined
          ? [index]
          : [],
      );
      assert.deepEqual([...packed.indices.subarray(0, packed.rows)], good);
      assert.equal(packed.rows + packed.rejections.length, rows.length);
      assert.deepEqual(
        [...packed.features.subarray(0, packed.rows * 2)],
        good.flatMap((index) => rows[index] ?? []),
      );
    }),
  );
});

test('a batch is grouped by model in the order of arrival', () => {
  const records = ['a', 'b', 'a', 'c', 'b'].map((model, offset) => requestRecord(offset, [], model));
  const { models, indices, groupOf } = groupByModel(records);
  assert.deepEqual(models, ['a', 'b', 'c']);
  assert.deepEqual(
    indices.map((group) => [...group]),
    [[0, 2], [1, 4], [3]],
  );
  assert.deepEqual([...groupOf], [0, 1, 0, 2, 1]);
});
