import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf, placeText } from '../src/place.ts';

test('a place is what its text says', () => {
  const place = { topic: 'inference.labels', partition: 3, offset: 12 } as const;
  assert.deepEqual(placeOf(placeText(place)), place);
});

for (const text of [
  '',
  'inference.labels',
  'inference.labels/1',
  'labels/1/2',
  'inference.labels/1/2/3',
  'inference.labels/-1/2',
  'inference.labels/1/x',
])
  test(`'${text}' names no dead letter`, () => {
    assert.throws(() => placeOf(text), { code: 'REQUEST_INVALID' });
  });

test('of a topic of others it is said how its letters are decided about', () => {
  assert.throws(() => placeOf('kserve-logs/1/2'), {
    code: 'REQUEST_INVALID',
    message: /discard --topic kserve-logs/,
  });
});
