import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c } from '../../src/protocol/crc32c.ts';

/** RFC 3720 (iSCSI), appendix B.4. */
const VECTORS: readonly [string, Uint8Array, number][] = [
  ['32 bytes of zeroes', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 incrementing bytes', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['32 decrementing bytes', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['the check string', Buffer.from('123456789'), 0xe3069283],
];

for (const [name, bytes, expected] of VECTORS) {
  test(`CRC-32C of ${name} is that of RFC 3720`, () => {
    assert.equal(crc32c(bytes, 0, bytes.length), expected);
  });
}

test('eight bytes at a time give what single bytes give, at any place and length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, from) => {
      const start = Math.min(from, bytes.length);
      assert.equal(crc32c(bytes, start, bytes.length), bitwise(bytes.subarray(start)));
    }),
  );
});

/** The definition, without tables. */
function bitwise(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ -1) >>> 0;
}
