import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemIn } from './problem.ts';

const told = (status: number, body: unknown) => {
  const { code, message } = problemIn(status, body);
  return { code, message };
};

test('a problem is read from RFC 9457, and an answer that says nothing still is one', () => {
  assert.deepEqual(told(404, { title: 'Not there', detail: 'No model x', code: 'MODEL_UNKNOWN' }), {
    code: 'MODEL_UNKNOWN',
    message: 'No model x',
  });
  assert.deepEqual(told(400, { title: 'Not valid' }), { code: 'HTTP_400', message: 'Not valid' });
  assert.match(told(502, undefined).message, /status 502/);
  assert.equal(told(502, '<html>').code, 'HTTP_502');
});
