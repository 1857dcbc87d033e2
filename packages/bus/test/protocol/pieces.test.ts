import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type ReadPiece, readRecordSet } from '../../src/protocol/record-batch-reader.ts';
import { UnreadableRecords } from '../../src/protocol/unreadable-records.ts';
import { compressedBatch } from '../support/compressed.ts';

const MIB = 1024 * 1024;
const GZIP = 1;
const ZSTD = 4;
const small = (count: number) => Array.from({ length: count }, (_, i) => Buffer.from(String(i)));
const offsets = ({ records }: ReadPiece) => records.map(({ offset }) => offset);
const stubs = ({ records }: ReadPiece) => records.filter((record) => record instanceof UnreadableRecords);

function readAll(set: Buffer, from = 0): ReadPiece[] {
  const pieces: ReadPiece[] = [];
  for (let at = from; ; ) {
    const piece = readRecordSet(set, at);
    pieces.push(piece);
    if (!piece.hasMore) return pieces;
    assert.ok(piece.nextOffset > at, 'each piece goes on');
    at = piece.nextOffset;
  }
}

test('batches that unpack to very much are read in pieces', () => {
  const batches = Array.from({ length: 9 }, (_, base) =>
    compressedBatch({ values: [Buffer.alloc(20 * MIB)], base, codec: ZSTD, pack: zstdCompressSync }),
  );
  assert.deepEqual(readAll(Buffer.concat(batches)).map(offsets), [[0, 1], [2, 3], [4, 5], [6, 7], [8]]);
});

test('a batch of very many records is read in pieces, each record once', () => {
  const values = small(250_001);
  const set = Buffer.concat([
    compressedBatch({ values, base: 7, codec: GZIP, pack: gzipSync }),
    compressedBatch({ values: small(2), base: 7 + values.length, codec: GZIP, pack: gzipSync }),
  ]);
  const pieces = readAll(set, 10);
  assert.deepEqual(
    pieces.map(({ records }) => records.length),
    [100_000, 100_000, 50_000],
  );
  const read = pieces.flatMap(offsets);
  assert.ok(read.every((offset, i) => offset === 10 + i));
  assert.equal(pieces.at(-1)?.nextOffset, 7 + values.length + 2);
});

test('for a batch that cannot be unpacked stands one record, and those behind it are read', () => {
  const good = (base: number) =>
    compressedBatch({ values: small(3), base, codec: ZSTD, pack: zstdCompressSync });
  const bad = {
    'too large': compressedBatch({
      values: [Buffer.from('x'), Buffer.alloc(129 * MIB)],
      base: 3,
      codec: ZSTD,
      pack: zstdCompressSync,
    }),
    damaged: compressedBatch({
      values: small(2),
      base: 3,
      codec: GZIP,
      pack: (records) => gzipSync(records).fill(0, 12),
    }),
    'cut off': compressedBatch({
      values: small(2),
      base: 3,
      codec: GZIP,
      pack: (r) => gzipSync(r.subarray(0, 9)),
    }),
    'longer than it says': compressedBatch({
      values: small(2),
      base: 3,
      codec: GZIP,
      pack: (records) => gzipSync(Buffer.from(records).fill(0, 0, 1)),
    }),
  };
  for (const [what, batch] of Object.entries(bad)) {
    const pieces = readAll(Buffer.concat([good(0), batch, good(5)]));
    assert.deepEqual(pieces.flatMap(offsets), [0, 1, 2, 3, 5, 6, 7], what);
    const [stub, ...others] = pieces.flatMap(stubs);
    assert.deepEqual([stub?.offset, stub?.value, stub?.timestamp, others], [3, null, 4, []], what);
    assert.match(stub?.reason ?? '', /^The record batch with offsets 3 to 4 cannot be read: ./, what);
    // Begun within it, it is told from there.
    assert.deepEqual(
      readAll(Buffer.concat([good(0), batch, good(5)]), 4).flatMap(offsets),
      [4, 5, 6, 7],
      what,
    );
    // Where it is not to be read, it is not looked at.
    assert.deepEqual(offsets(readRecordSet(Buffer.concat([batch, good(5)]), 5)), [5, 6, 7], what);
  }
});
