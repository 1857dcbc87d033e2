import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSpec } from '@driftloop/registry';
import { expectedRows } from '../src/check/expected-rows.ts';
import type { InputRecord } from '../src/live/input-log.ts';

/** Windows of 336 rows, 2 rows of lateness: a row a millisecond. */
const SPEC = defaultSpec({
  model: 'm',
  task: 'binary',
  classes: 2,
  features: [{ name: 'x', kind: 'numeric', allowMissing: false }],
  intervalMs: 1,
});

function request(requestId: string, eventTime: number, partition = 0, timestamp = 1_000_000): InputRecord {
  const value = { requestId, model: 'm', eventTime, features: Float32Array.of(0) };
  return { topic: 'inference.requests', partition, timestamp, key: requestId, value };
}

function label(requestId: string, partition = 0, timestamp = 1_000_000): InputRecord {
  const value = { requestId, model: 'm', eventTime: 0, label: 1 };
  return { topic: 'inference.labels', partition, timestamp, key: requestId, value };
}

function rowsOf(records: readonly InputRecord[]) {
  const rows = expectedRows({ specs: [SPEC], records }).get('m');
  assert(rows);
  return rows;
}

const regular = (count: number, from: number, partition = 0): InputRecord[] =>
  Array.from({ length: count }, (_, index) =>
    request(`${partition}/${from + index}`, from + index, partition),
  );

test('a row is late when its window had ended before what its own partition has passed', () => {
  const due = (records: readonly InputRecord[]) => rowsOf(records).data.at(-1)?.isDue;
  // The window [0, 336) waits until 338; five rows in a row have come to 340, the median is 338.
  assert.equal(due([...regular(5, 336), request('late', 100)]), false);
  assert.equal(due([...regular(5, 335), request('in time', 100)]), true);
  assert.equal(due([...regular(5, 336, 1), request('of another partition', 100)]), true);
});

test('single wrong event times make no other row late', () => {
  const records = [
    ...regular(20, 0),
    request('ahead', 300_000),
    request('ahead, too', 300_001),
    ...regular(20, 20),
  ];
  assert(rowsOf(records).data.every(({ isDue }) => isDue));
});

test('an event time beyond one window ahead of Kafka is not due, and neither is its label', () => {
  const records = [request('ahead', 10_337, 0, 10_000), label('ahead'), request('near', 10_336, 0, 10_000)];
  const { data, prediction, concept } = rowsOf(records);
  assert.deepEqual(
    data.map(({ isDue }) => isDue),
    [false, true],
  );
  assert.deepEqual(prediction, data);
  assert.deepEqual(
    concept.map(({ isDue }) => isDue),
    [false],
  );
});

test('of labels the first one counts, before its request or after it, and none that is about nothing', () => {
  const { concept } = rowsOf([label('a', 2), label('nothing'), request('a', 7, 2), label('a', 2)]);
  assert.deepEqual(concept, [{ partition: 2, eventTime: 7, isDue: true }]);
});

test('of an id that is used again a label is about the newest request that had come by then', () => {
  const times = (...labels: number[]) =>
    rowsOf([
      request('a', 1, 0, 100),
      request('a', 2, 0, 200),
      ...labels.map((at) => label('a', 0, at)),
    ]).concept.map(({ eventTime }) => eventTime);
  assert.deepEqual(times(99, 150), [1]);
  assert.deepEqual(times(150, 200, 300), [1, 2]);
  assert.deepEqual(times(300, 150), [2, 1]);
});
