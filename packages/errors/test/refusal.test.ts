import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError, refusalOf } from '../src/index.ts';

test('a reason that quotes what came fits beside it into a record, as text', () => {
  const reasonOf = (message: string) => refusalOf(new DriftloopError('REQUEST_INVALID', message)).reason;
  assert.equal(reasonOf('The body is not JSON.'), 'The body is not JSON.');
  const long = reasonOf(`The id '${'x'.repeat(900_000)}' is none.`);
  assert.equal(long.length, 2_000);
  assert.match(long, /^The id 'xx.*x…$/);
  assert.equal(reasonOf("The id '\ud800' is none."), "The id '\ufffd' is none.");
});
