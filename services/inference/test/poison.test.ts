import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusRecord } from '@driftloop/bus';
import type { ErrorCode } from '@driftloop/errors';
import { knownPoison } from '../src/relay/poison.ts';
import { requestRecord } from './fixtures/records.ts';

function letter(
  offset: number,
  given: { code?: ErrorCode; partition?: number; topic?: string; key?: string; at?: number } = {},
): BusRecord<'dead.letters'> {
  const { code = 'PREDICTION_DEADLINE', partition = 3, topic = 'inference.requests', at = 100 } = given;
  const key = given.key ?? `r${offset}`;
  const value = {
    topic,
    partition,
    offset,
    key: Buffer.from(key),
    value: null,
    code,
    reason: '',
    service: 'inference',
    at,
  };
  return { topic: 'dead.letters', partition: 0, offset, timestamp: at, key, value };
}

test('a request that has ended a process and is a dead letter is known, and no other', () => {
  const known = knownPoison(
    [
      letter(1),
      letter(2, { code: 'RUNTIME_CRASHED' }),
      letter(3, { code: 'PREDICTION_MEMORY' }),
      // Cheap to refuse again, and perhaps right by now.
      letter(4, { code: 'MODEL_UNKNOWN' }),
      letter(5, { partition: 2 }),
      letter(6, { topic: 'inference.labels' }),
      // Of a topic of the same name that was there before.
      letter(7, { key: 'another' }),
      letter(8, { at: -1 }),
    ],
    3,
  );
  const offsets = Array.from({ length: 10 }, (_, offset) => offset);
  assert.deepEqual(
    offsets.filter((offset) => known?.has(requestRecord(offset, []))),
    [1, 2, 3],
  );
  assert.equal(knownPoison([letter(4, { code: 'MODEL_UNKNOWN' })], 3), undefined);
});
