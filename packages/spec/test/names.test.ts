import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  beginningOf,
  isModelName,
  isRequestId,
  MOST_MODEL_NAME_BYTES,
  MOST_REQUEST_ID_BYTES,
  requestIdRefusal,
} from '../src/index.ts';

test('an id of 256 characters of any script is taken, and one byte more than the bound is not', () => {
  for (const character of ['a', 'é', '語', '🦙']) assert.ok(isRequestId(character.repeat(256)), character);
  assert.ok(isRequestId(''));
  assert.ok(isRequestId('a'.repeat(MOST_REQUEST_ID_BYTES)));
  assert.ok(!isRequestId('a'.repeat(MOST_REQUEST_ID_BYTES + 1)));
  assert.ok(!isRequestId(`a${'é'.repeat(MOST_REQUEST_ID_BYTES / 2)}`));
  assert.ok(!isRequestId('語'.repeat(342)));
});

test('what counts are bytes, whatever the text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.nat({ max: 1_100 }).map((length) => 'é'.repeat(length)),
    fc.nat({ max: 1_100 }).map((length) => 'a'.repeat(length)),
  );
  fc.assert(
    fc.property(text, (id) => {
      assert.equal(isRequestId(id), Buffer.byteLength(id) <= MOST_REQUEST_ID_BYTES);
      assert.equal(isModelName(id), Buffer.byteLength(id) <= MOST_MODEL_NAME_BYTES);
    }),
  );
});

test('the reason says how long the id is and quotes its beginning', () => {
  assert.equal(requestIdRefusal('r-1'), undefined);
  const refusal = requestIdRefusal('i'.repeat(510_000));
  assert.equal(refusal?.code, 'REQUEST_ID_TOO_LONG');
  assert.match(refusal?.reason ?? '', /^The request id 'i{100}\.\.\.' has 510000 bytes .* at most 1024 /);
  assert.ok((refusal?.reason.length ?? 0) < 400);
});

test('what is quoted has no half characters', () => {
  assert.equal(beginningOf('short'), 'short');
  const cut = beginningOf(`${'a'.repeat(99)}🦙${'b'.repeat(99)}`);
  assert.ok(cut.isWellFormed());
  assert.equal(cut.length, 103);
});
