import assert from 'node:assert/strict';
import { test } from 'node:test';
import { murmur2, partitionOfKey } from '../../src/protocol/murmur2.ts';

/** Apache Kafka, UtilsTest.testMurmur2. */
const VECTORS: readonly [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

for (const [key, expected] of VECTORS) {
  test(`murmur2 of ${key} is that of Kafka's Java client`, () => {
    assert.equal(murmur2(Buffer.from(key)), expected);
  });
}

test('a partition is never negative', () => {
  for (const [key] of VECTORS) {
    const partition = partitionOfKey(Buffer.from(key), 7);
    assert.ok(partition >= 0 && partition < 7, `${key} is on ${partition}`);
  }
});
