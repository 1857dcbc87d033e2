import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callRequests } from '../src/index.ts';
import { numeric, specOf } from './specs.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const spec = specOf({ task: 'multiclass', classes: 3, features: ['a', 'b'].map((name) => numeric(name)) });
const call = { callId: 'c', eventTime: 7, version: 'default' };

test('a call of one row has its own id, the rows of a larger one have numbers', () => {
  const one = { ...call, request: bytes({ instances: [[1, 2]] }), response: bytes({ predictions: [2] }) };
  assert.deepEqual(callRequests(one, spec), [
    {
      requestId: 'c',
      model: 'm',
      eventTime: 7,
      features: Float32Array.of(1, 2),
      answer: { outputs: new Float32Array(), predicted: 2, version: 'default' },
    },
  ]);
  const request = bytes({
    instances: [
      [1, 2],
      [3, 4],
    ],
  });
  const two = { ...call, request, response: bytes({ predictions: [2, 0] }) };
  assert.deepEqual(
    callRequests(two, spec).map(({ requestId }) => requestId),
    ['c/0', 'c/1'],
  );
});

test('nothing is taken of a call whose halves do not fit, or whose answers are none', () => {
  const request = bytes({ instances: [[1, 2]] });
  const refused = (response: unknown) =>
    assert.throws(() => callRequests({ ...call, request, response: bytes(response) }, spec), {
      code: /PAYLOAD_INVALID|ANSWER_INVALID/,
    });
  refused({ predictions: [1, 2] });
  refused({ predictions: [3] });
  refused({ predictions: [[0.5, 0.5]] });
});

test('a version that each request would carry is bounded', () => {
  const request = bytes({ instances: [[1, 2]] });
  const response = (model_version: string) => bytes({ predictions: [2], model_version });
  assert.throws(() => callRequests({ ...call, request, response: response('v'.repeat(257)) }, spec), {
    code: 'PAYLOAD_INVALID',
    message: /257 characters/,
  });
  const [taken] = callRequests({ ...call, request, response: response('v'.repeat(256)) }, spec);
  assert.equal(taken?.answer?.version?.length, 256);
});

test('a call whose id is too long for its requests is refused', () => {
  const one = { ...call, request: bytes({ instances: [[1, 2]] }), response: bytes({ predictions: [2] }) };
  assert.equal(callRequests({ ...one, callId: 'c'.repeat(1_024) }, spec).length, 1);
  assert.throws(() => callRequests({ ...one, callId: 'c'.repeat(1_025) }, spec), {
    code: 'REQUEST_ID_TOO_LONG',
    message: /1025 bytes/,
  });
});
