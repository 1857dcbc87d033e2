import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError, ERRORS, type ErrorCode, isRetriable, refusalOf } from '../src/index.ts';

test('an error keeps its code, its cause and whether to try again', () => {
  const cause = new Error('refused');
  const error = new DriftloopError('KAFKA_UNAVAILABLE', 'Kafka at a:1 cannot be reached.', {
    cause,
    retriable: true,
  });
  assert.equal(error.code, 'KAFKA_UNAVAILABLE');
  assert.equal(error.cause, cause);
  assert(isRetriable(error));
  assert(!isRetriable(new DriftloopError('CONFIG_INVALID', 'x')));
  assert(!isRetriable(cause));
});

test('where a throw does not say whether to try again, the table does', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    assert.equal(new DriftloopError(code, 'x').retriable, ERRORS[code].retriable, code);
    for (const retriable of [false, true])
      assert.equal(new DriftloopError(code, 'x', { retriable }).retriable, retriable, code);
  }
});

test('an error as the refusal of one record', () => {
  const error = new DriftloopError('RECORD_NOT_AVRO', 'The record is no Avro.');
  assert.deepEqual(refusalOf(error), { code: 'RECORD_NOT_AVRO', reason: 'The record is no Avro.' });
});
