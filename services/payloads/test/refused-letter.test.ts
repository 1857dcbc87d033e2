import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedLetter } from '../src/receive/refused-letter.ts';

test('each refused event over HTTP is a letter of its own, which can be named and decided about', () => {
  const places = Array.from({ length: 100 }, () => {
    const refusal = { code: 'PAYLOAD_INVALID', reason: 'It is none.' } as const;
    const { partition, offset } = refusedLetter('id', new Uint8Array(1), refusal, 0).value;
    // As packages/dead-letters reads it from a command line, and ClickHouse keeps it.
    assert.match(`${partition}/${offset}`, /^\d{1,9}\/\d{1,15}$/);
    return `${partition}/${offset}`;
  });
  assert.equal(new Set(places).size, places.length);
});
