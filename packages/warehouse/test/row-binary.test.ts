import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRowBinaryReader } from '../src/row-binary.ts';

const floats = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);
const int64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
};

test('values come back in order, to the last byte', () => {
  const many = Array.from({ length: 300 }, (_, i) => i / 4);
  const double = Buffer.alloc(8);
  double.writeDoubleLE(-0.1);
  const reader = createRowBinaryReader(
    Buffer.concat([
      Buffer.of(4, 0xc3, 0xa9, 0x27, 0),
      int64(831_600_000_007n),
      int64(-5n),
      int64(2n ** 53n - 1n),
      Buffer.of(0xac, 0x02),
      floats(many),
      Buffer.of(0),
      double,
      Buffer.of(0xff, 0xff, 0xff, 0xff),
    ]),
  );
  assert.equal(reader.string(), "é'\0");
  assert.equal(reader.int64(), 831_600_000_007);
  assert.equal(reader.int64(), -5);
  assert.equal(reader.int64(), Number.MAX_SAFE_INTEGER);
  assert.deepEqual(reader.float32Array(), Float32Array.from(many));
  assert.deepEqual(reader.float32Array(), new Float32Array(0));
  assert.equal(reader.float64(), -0.1);
  assert.equal(reader.done(), false);
  assert.equal(reader.uint32(), 2 ** 32 - 1);
  assert.equal(reader.done(), true);
});

test('an array is read into its place', () => {
  const target = new Float32Array(6);
  const reader = createRowBinaryReader(Buffer.concat([Buffer.of(2), floats([1.5, Number.NaN])]));
  reader.float32ArrayInto(target, 3, 2);
  assert.deepEqual(target, Float32Array.of(0, 0, 0, 1.5, Number.NaN, 0));
});

test('an array of another length, or cut off, is an error', () => {
  const bytes = Buffer.concat([Buffer.of(2), floats([1, 2])]);
  assert.throws(() => createRowBinaryReader(bytes).float32ArrayInto(new Float32Array(3), 0, 3), RangeError);
  assert.throws(() => createRowBinaryReader(bytes.subarray(0, 7)).float32Array(), RangeError);
});
