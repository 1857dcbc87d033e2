import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { pino } from 'pino';
import { PartitionLane } from '../../src/consumer/partition-lane.ts';
import { Semaphore } from '../../src/consumer/semaphore.ts';
import type { FetchedPartition } from '../../src/protocol/fetch.ts';
import type { RefusedRecord } from '../../src/records.ts';
import { compressedBatch } from '../support/compressed.ts';
import { until } from '../support/fixture.ts';

const TOPIC = 'inference.labels';
const ZSTD = 4;
const MIB = 1024 * 1024;

function fetched(bases: readonly number[], sizeBytes: number): FetchedPartition {
  const values = [Buffer.alloc(sizeBytes)];
  const batches = bases.map((base) => compressedBatch({ values, base, codec: ZSTD, pack: zstdCompressSync }));
  const head = { topic: TOPIC, partition: 0, errorCode: 0, highWatermark: 7, aborted: [] };
  return { ...head, recordSet: Buffer.concat(batches) };
}

test('a fetch that unpacks to very much is handled in pieces, before what was fetched after it', async () => {
  const handled: [number, number][] = [];
  const commits: number[] = [];
  const letters: RefusedRecord[] = [];
  const lane = new PartitionLane<typeof TOPIC>({
    consume: {
      group: 'g',
      topics: [TOPIC],
      badRecords: 'deadLetter',
      async onBatch({ firstOffset, lastOffset }) {
        handled.push([firstOffset, lastOffset]);
        // The next fetch comes while the first piece is in hand.
        if (handled.length === 1) lane.accept(fetched([6], 1), 6);
        return { commit: lastOffset + 1 };
      },
    },
    name: TOPIC,
    topic: TOPIC,
    partition: 0,
    committed: 0,
    codec: { prepare: async () => undefined, key: () => '', decode: () => ({}) as never },
    logger: pino({ level: 'silent' }),
    counts: { records: 0, badRecords: 0, deadLetters: 0, deadLettersBy: new Map() },
    semaphore: new Semaphore(1),
    topicId: undefined,
    isStale: () => false,
    madeAnew: () => undefined,
    writeDeadLetters: async (_topic, _partition, records) => void letters.push(...records),
    commit: (offset) => commits.push(offset),
    earliest: async () => 0,
    end: 7,
    onRoom: () => undefined,
    onTick: () => undefined,
  });
  const running = lane.run();
  await until('it wants to begin', () => lane.wanted() === 0);
  const large = fetched([0, 1, 2], 20 * MIB);
  const bomb = fetched([3], 129 * MIB);
  const more = fetched([4, 5], 20 * MIB);
  const recordSet = Buffer.concat([large, bomb, more].map((one) => one.recordSet));
  lane.accept({ ...large, recordSet }, 0);
  await until('all is handled', () => commits.at(-1) === 7);
  lane.stop(true);
  await running;
  assert.deepEqual(handled, [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 6],
  ]);
  assert.deepEqual(commits, [2, 4, 6, 7]);
  assert.deepEqual(
    letters.map(({ raw, code }) => [raw.offset, code]),
    [[3, 'RECORD_NOT_AVRO']],
  );
});
