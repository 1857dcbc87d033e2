import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { BLOCK_OFFSETS } from '../../src/chunks/cut.ts';
import { createLogTime } from '../../src/chunks/log-time.ts';
import { createPartitionChunks, lookBackFrom, type PartitionChunks, SLOT_MS } from '../../src/index.ts';

interface LogRecord {
  readonly offset: number;
  readonly timestamp: number;
}

/** What a chunk is here: its records as `start-end@logTime: offset/logTime ...`. */
function createChunks(written: string[]): PartitionChunks<number> {
  return createPartitionChunks<number>(3, ({ partition, chunkStart }) => {
    const rows: string[] = [];
    return {
      add({ offset, logTime, value }) {
        assert.equal(value, offset, 'a record stays with its place');
        rows.push(`${offset}/${logTime}`);
      },
      sketches({ chunkEnd, logTime }): DriftSketch[] {
        written.push(`${partition}: ${chunkStart}-${chunkEnd}@${logTime}: ${rows.join(' ')}`);
        return [];
      },
    };
  });
}

/**
 * Records of a partition: gaps in the offsets, quiet times, timestamps that fall back, lie far
 * ahead, or are missing.
 */
function logOf(seed: number): LogRecord[] {
  const random = createRandom(seed);
  const records: LogRecord[] = [];
  let offset = random.integer(2) === 0 ? 0 : random.integer(3000);
  let time = 1_700_000_000_000 + random.integer(1000);
  for (let i = 0; i < 300; i++) {
    const odd = random.integer(60);
    const jitter = random.integer(40) - 20;
    records.push({ offset, timestamp: odd === 0 ? -1 : odd === 1 ? time + 3_600_000 : time + jitter });
    offset += odd === 2 ? 1500 : odd < 20 ? 1 + random.integer(20) : 1;
    time += odd === 3 ? 5_000 : random.integer(25);
  }
  return records;
}

/** The chunks of one reader that reads all in one go. */
function readAtOnce(log: readonly LogRecord[]): string[] {
  const written: string[] = [];
  const chunks = createChunks(written);
  for (const { offset, timestamp } of log) chunks.push(offset, timestamp, offset);
  chunks.complete((log.at(-1)?.offset ?? 0) + 1, Number.MAX_SAFE_INTEGER);
  return written;
}

/**
 * Reads in batches, says now and then how far the log has come, and starts again where it had
 * committed.
 */
function readWithRestarts(log: readonly LogRecord[], seed: number): string[] {
  const random = createRandom(seed);
  const written: string[] = [];
  const logTime = createLogTime();
  const times = log.map(({ offset, timestamp }) => logTime.of(offset, timestamp));
  const begin = (committed: number) => {
    const chunks = createChunks(written);
    const from = lookBackFrom(committed);
    for (const { offset, timestamp } of log)
      if (offset >= from && offset < committed) chunks.lookBack(offset, timestamp);
    return chunks;
  };
  let chunks = begin(0);
  let committed = 0;
  let at = 0;
  for (let restarts = 0; at < log.length; ) {
    const from = at;
    at += 1 + random.integer(40);
    for (const { offset, timestamp } of log.slice(from, at)) {
      chunks.push(offset, timestamp, offset);
    }
    const position = (log[at - 1] ?? log.at(-1) ?? assert.fail('the log is empty')).offset + 1;
    chunks.complete(position, chunks.readUpTo());
    // At the end of what is there: nothing that comes is from before.
    const least = times.slice(at).reduce((all, time) => Math.min(all, time), Number.MAX_SAFE_INTEGER);
    if (random.integer(2) === 0) chunks.complete(position, least);
    // A crash before the commit goes back further.
    if (random.integer(4) > 0) committed = chunks.openSince() ?? position;
    if (restarts < 20 && random.integer(3) === 0) {
      restarts++;
      chunks = begin(committed);
      at = log.findIndex(({ offset }) => offset >= committed);
      if (at < 0) at = log.length;
    }
  }
  chunks.complete((log.at(-1)?.offset ?? 0) + 1, Number.MAX_SAFE_INTEGER);
  return written;
}

test('any cut into batches and any restart where it was committed gives the same chunks', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), (seed, reading) => {
      const log = logOf(seed);
      const expected = readAtOnce(log);
      const read = readWithRestarts(log, reading);
      assert.deepEqual([...new Set(read)].sort(), [...expected].sort());
    }),
    { numRuns: 300 },
  );
});

test('a chunk lies within a block of offsets and a slot of log time, and together they are the log', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (seed) => {
      const log = logOf(seed);
      const offsets = readAtOnce(log).flatMap((text) => {
        const rows = [...text.matchAll(/ (\d+)\/(\d+)/g)].map(([, offset, time]) => [
          Number(offset),
          Number(time),
        ]) as [number, number][];
        assert.equal(new Set(rows.map(([offset]) => Math.floor(offset / BLOCK_OFFSETS))).size, 1);
        assert.equal(new Set(rows.map(([, time]) => Math.floor(time / SLOT_MS))).size, 1);
        return rows.map(([offset]) => offset);
      });
      assert.deepEqual(
        offsets,
        log.map(({ offset }) => offset),
      );
    }),
    { numRuns: 100 },
  );
});

test('log time does not fall, forgets a wrong timestamp after a block, and is known from one block before', () => {
  const time = createLogTime();
  assert.equal(time.of(0, -1), 0, 'a time that is not known is no reason to refuse');
  assert.equal(time.of(1, 1_000), 1_000);
  assert.equal(time.of(2, 900), 1_000);
  assert.equal(time.of(3, 9_000_000), 9_000_000);
  assert.equal(time.of(BLOCK_OFFSETS, 1_100), 9_000_000);
  assert.equal(time.of(2 * BLOCK_OFFSETS, 1_200), 1_200);
  const late = createLogTime();
  for (const [offset, timestamp] of [
    [BLOCK_OFFSETS, 1_100],
    [2 * BLOCK_OFFSETS, 1_050],
  ] as const)
    late.of(offset, timestamp);
  assert.equal(late.of(2 * BLOCK_OFFSETS + 1, 1_060), 1_100);
  assert.deepEqual([0, 5, BLOCK_OFFSETS, 3 * BLOCK_OFFSETS + 7].map(lookBackFrom), [
    0,
    0,
    0,
    2 * BLOCK_OFFSETS,
  ]);
});

test('an unfinished chunk waits for the log time of its slot to be over, and says where it began', () => {
  const written: string[] = [];
  const chunks = createChunks(written);
  chunks.push(7, 1_010, 7);
  chunks.push(8, 1_020, 8);
  assert.equal(chunks.openSince(), 7);
  assert.equal(chunks.readUpTo(), 1_020);
  chunks.complete(9, 1_099);
  assert.deepEqual(written, []);
  chunks.complete(9, 1_100);
  assert.deepEqual(written, ['3: 7-9@1020: 7/1010 8/1020']);
  assert.equal(chunks.openSince(), undefined);
});
