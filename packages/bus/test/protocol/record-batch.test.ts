import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c } from '../../src/protocol/crc32c.ts';
import { endOfRecordSet, readRecordSet } from '../../src/protocol/record-batch-reader.ts';
import {
  type OutgoingRecord,
  recordSizeBound,
  writeRecordBatch,
} from '../../src/protocol/record-batch-writer.ts';

interface Plain {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestamp: number;
  readonly trace?: string | undefined;
}

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }), { freq: 8 });
const timestamp = fc.integer({ min: 0, max: 4_102_444_800_000 });
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));
const trace = fc.option(
  fc.tuple(hex(32), hex(16), hex(2)).map(([id, span, flags]) => `00-${id}-${span}-${flags}`),
  { nil: undefined },
);
const plain: fc.Arbitrary<Plain> = fc.record({ key: bytes, value: bytes, timestamp, trace });
const identity = { producerId: 4_294_967_297, epoch: 3 };

function outgoing({ key, value, timestamp: time, trace: context }: Plain): OutgoingRecord {
  return {
    bytes: Buffer.concat([key ?? Buffer.alloc(0), value ?? Buffer.alloc(0)]),
    keyAt: 0,
    keyLength: key ? key.length : -1,
    valueAt: key?.length ?? 0,
    valueLength: value ? value.length : -1,
    timestamp: time,
    trace: context,
  };
}

function setOffset(batch: Buffer, offset: number): Buffer {
  batch.writeBigInt64BE(BigInt(offset), 0);
  return batch;
}

test('what is written is read again: keys, values, nulls, timestamps decades apart', () => {
  fc.assert(
    fc.property(fc.array(plain, { minLength: 1, maxLength: 50 }), fc.nat(2 ** 40), (records, base) => {
      const batch = setOffset(writeRecordBatch(records.map(outgoing), identity, 5), base);
      const read = readRecordSet(batch, base);
      assert.equal(read.nextOffset, base + records.length);
      assert.deepEqual(
        read.records.map((record) => ({
          key: record.key && Uint8Array.from(record.key),
          value: record.value && Uint8Array.from(record.value),
          timestamp: record.timestamp,
          trace: record.trace,
          offset: record.offset,
        })),
        records.map((record, i) => ({ ...record, offset: base + i })),
      );
    }),
  );
});

test('a batch is not larger than its bound, and says its checksum and sequence', () => {
  fc.assert(
    fc.property(fc.array(plain, { minLength: 1, maxLength: 20 }), (records) => {
      const out = records.map(outgoing);
      const batch = writeRecordBatch(out, identity, 77);
      assert.ok(batch.length <= 61 + out.reduce((sum, record) => sum + recordSizeBound(record), 0));
      assert.equal(batch.readInt32BE(8), batch.length - 12);
      assert.equal(batch.readUInt32BE(17), crc32c(batch, 21, batch.length));
      assert.equal(batch.readBigInt64BE(43), 4_294_967_297n);
      assert.equal(batch.readInt32BE(53), 77);
    }),
  );
});

test('a batch that is cut off is left for the next fetch, records before the offset are left out', () => {
  const record = { key: null, value: Buffer.from('x'), timestamp: 1 };
  const first = setOffset(writeRecordBatch([record, record, record].map(outgoing), identity, 0), 10);
  const second = setOffset(writeRecordBatch([record, record].map(outgoing), identity, 3), 13);
  const set = Buffer.concat([first, second.subarray(0, second.length - 1)]);
  const read = readRecordSet(set, 11);
  assert.deepEqual(
    read.records.map(({ offset }) => offset),
    [11, 12],
  );
  assert.equal(read.nextOffset, 13);
  assert.equal(endOfRecordSet(set, 11), 13);
  assert.equal(endOfRecordSet(Buffer.concat([first, second]), 11), 15);
});

test('records of an aborted transaction are left out, up to its end marker', () => {
  const record = { key: null, value: Buffer.from('x'), timestamp: 1 };
  const transactional = (offset: number, attributes: number) => {
    const batch = setOffset(writeRecordBatch([outgoing(record)], identity, 0), offset);
    batch.writeInt16BE(attributes, 21);
    return batch;
  };
  const TRANSACTIONAL = 0x10;
  const CONTROL = 0x20;
  const set = Buffer.concat([
    transactional(0, TRANSACTIONAL),
    transactional(1, TRANSACTIONAL | CONTROL),
    transactional(2, TRANSACTIONAL),
    transactional(3, 0),
  ]);
  const read = readRecordSet(set, 0, [{ producerId: identity.producerId, firstOffset: 0 }]);
  assert.deepEqual(
    read.records.map(({ offset }) => offset),
    [2, 3],
  );
  assert.equal(read.nextOffset, 4);
});

test('an old record format is refused with a clear error', () => {
  const batch = writeRecordBatch([outgoing({ key: null, value: null, timestamp: 0 })], identity, 0);
  batch[16] = 1;
  assert.throws(() => readRecordSet(batch, 0), /format 1.*Kafka 0\.11/);
});
