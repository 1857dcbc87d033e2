import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { avroType } from '../../src/codec/avro-type.ts';

const long = avroType('"long"');

/** The Avro specification: zigzag, then groups of seven bits, lowest first. */
function specified(value: number): number[] {
  let left = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
}

const anyLong = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(
    0,
    -1,
    1,
    2 ** 27,
    -(2 ** 27),
    2 ** 27 - 1,
    2 ** 52,
    -(2 ** 52) - 1,
    2 ** 53 - 1,
    -(2 ** 53) + 1,
  ),
);

test('longs are written as the Avro specification says and read again, all safe integers', () => {
  fc.assert(
    fc.property(anyLong, (value) => {
      const bytes = long.toBuffer(value);
      assert.deepEqual([...bytes], specified(value));
      assert.equal(long.fromBuffer(bytes), value);
    }),
  );
});

test('a long that is no safe integer is neither written nor read', () => {
  assert.throws(() => long.toBuffer(2 ** 53), /invalid "long"/);
  assert.throws(() => long.toBuffer(0.5), /invalid "long"/);
  assert.throws(() => long.fromBuffer(Buffer.from(specified(2 ** 53))), /beyond 2\^53/);
  assert.throws(() => long.fromBuffer(Buffer.alloc(11, 0xff)), /ten bytes/);
});
