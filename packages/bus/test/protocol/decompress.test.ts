import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from '../../src/protocol/decompress.ts';

const CODECS: Readonly<Record<string, number>> = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

interface Vector {
  readonly codec: string;
  readonly name: string;
  readonly packed: string;
  readonly plain: string;
  readonly times?: number;
}

const { vectors }: { vectors: Vector[] } = JSON.parse(
  readFileSync(new URL('../vectors/compression.json', import.meta.url), 'utf8'),
);

for (const { codec, name, packed, plain, times = 1 } of vectors) {
  test(`${codec} as another implementation packs it: ${name}`, () => {
    const expected = Buffer.concat(Array.from({ length: times }, () => Buffer.from(plain, 'base64')));
    assert.deepEqual(decompress(CODECS[codec] ?? 0, Buffer.from(packed, 'base64')), expected);
  });
}

test('gzip and zstd are unpacked', () => {
  const data = Buffer.from('drift '.repeat(1000));
  assert.deepEqual(decompress(1, gzipSync(data)), data);
  assert.deepEqual(decompress(4, zstdCompressSync(data)), data);
});

test('garbage and truncation end in a RangeError, never in a hang or another error', () => {
  const damaged = fc.record({
    vector: fc.constantFrom(...vectors),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    flips: fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(damaged, ({ vector, cut, flips }) => {
      const packed = Buffer.from(vector.packed, 'base64');
      const bytes = packed.subarray(0, Math.ceil(packed.length * cut));
      for (const [at, value] of flips) if (bytes.length > 0) bytes[at % bytes.length] = value;
      try {
        decompress(CODECS[vector.codec] ?? 0, bytes);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test('an unknown compression is refused', () => {
  assert.throws(() => decompress(6, Buffer.alloc(4)), /unknown compression 6/);
});
