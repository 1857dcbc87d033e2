import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonOf, mendedRecord } from '../src/record.ts';

const letter = { topic: 'inference.requests', partition: 0, offset: 7, key: Buffer.from('r-1') } as const;
const was = {
  requestId: 'r-1',
  model: 'm',
  eventTime: 5,
  features: Float32Array.of(1, Number.NaN),
  numbers: {},
  texts: {},
  vectors: {},
  answer: null,
};

test('what is not given stays as it was, and features are floats again', () => {
  const mended = mendedRecord(letter, was, { eventTime: 6, features: [2, null] });
  assert.equal(mended.key, 'r-1');
  assert.deepEqual({ ...mended.value }, { ...was, eventTime: 6, features: Float32Array.of(2, Number.NaN) });
  assert.deepEqual(mendedRecord(letter, was, jsonOf(was) as typeof was).value, was);
});

test('an answer of others that is given is one of floats, too', () => {
  const answer = { outputs: [0.25, 0.75], predictedName: 'yes' };
  const { value } = mendedRecord(letter, was, { answer });
  assert.deepEqual({ ...value }, { ...was, answer: { ...answer, outputs: Float32Array.of(0.25, 0.75) } });
});

test('a record that was left as it is comes back as it was: embeddings, values of several targets and what is missing', () => {
  const named = {
    ...was,
    features: new Float32Array(),
    numbers: { age: Number.NaN },
    texts: { review: 'fine' },
    vectors: { picture: Float32Array.of(0.5, Number.NaN) },
  };
  assert.deepEqual({ ...mendedRecord(letter, named, jsonOf(named) as typeof named).value }, named);
  const told = {
    requestId: 'r-1',
    model: 'm',
    label: Number.NaN,
    eventTime: 5,
    labelName: null,
    values: [1.5, Number.NaN],
    labelNames: ['a'],
  };
  const label = { ...letter, topic: 'inference.labels' } as const;
  assert.deepEqual({ ...mendedRecord(label, told, jsonOf(told) as typeof told).value }, told);
  const { value } = mendedRecord(label, told, { values: [2, 3] });
  assert.deepEqual(value.values, [2, 3]);
});

test('a record that could not be read is given whole, but for what the schema has defaults of', () => {
  const given = { requestId: 'r-1', model: 'm', eventTime: 5, features: [1] };
  const { value } = mendedRecord(letter, undefined, given);
  assert.deepEqual(
    { ...value },
    { ...given, features: Float32Array.of(1), numbers: {}, texts: {}, vectors: {}, answer: null },
  );
  assert.throws(() => mendedRecord(letter, undefined, { requestId: 'r-1', model: 'm' }), {
    code: 'REQUEST_INVALID',
    message: /inference\.requests\/0\/7 could not be read, so the mended one needs eventTime, features too/,
  });
});

test('the id stays, and a field that is none is refused with those that there are', () => {
  assert.throws(
    () => mendedRecord(letter, was, { requestId: 'r-2' }),
    /has the requestId 'r-1', which must stay/,
  );
  assert.throws(
    () => mendedRecord(letter, undefined, { requestId: 'x', model: 'm', eventTime: 1, features: [] }),
    /has the requestId 'r-1'/,
  );
  assert.throws(
    () => mendedRecord(letter, was, { event_time: 1 }),
    /has no field event_time: there are requestId, /,
  );
  // One whose key is no text has no id that could stay.
  const noise = { ...letter, key: Buffer.from([0xff, 0xfe]) };
  const given = { requestId: 'new', model: 'm', eventTime: 1, features: [] };
  assert.equal(mendedRecord(noise, undefined, given).key, 'new');
});
