import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawRecord } from '../src/protocol/raw-record.ts';
import { readHeaders } from '../src/protocol/record-batch-reader.ts';

/** Zigzag varints of small lengths, as a record of format 2 has them. */
const zigzag = (value: number) => Buffer.from([value < 0 ? -2 * value - 1 : 2 * value]);
const text = (value: string) => Buffer.concat([zigzag(Buffer.byteLength(value)), Buffer.from(value)]);

function recordOf(...parts: readonly Buffer[]): RawRecord {
  const bytes = Buffer.concat([Buffer.from('kv'), ...parts]);
  return new RawRecord(0, 0, bytes, 0, 1, 1, 1, 2);
}

test('headers are text by their names; of two with one name the last counts, and null is empty', () => {
  const record = recordOf(
    zigzag(4),
    ...[text('ce_id'), text('a')],
    ...[text('ce_id'), text('größer')],
    ...[text('empty'), zigzag(0)],
    ...[text('null'), zigzag(-1)],
  );
  assert.deepEqual(readHeaders(record), { ce_id: 'größer', empty: '', null: '' });
});

test('a record without headers has none, and cut ones are an error', () => {
  assert.deepEqual(readHeaders(recordOf(zigzag(0))), {});
  assert.deepEqual(readHeaders(new RawRecord(0, 0, Buffer.from('kv'), 0, 1, 1, 1)), {});
  assert.throws(() => readHeaders(recordOf(zigzag(2), text('a'), text('b'))), RangeError);
});
