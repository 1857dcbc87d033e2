/**
 * # A chunked map
 *
 * The course of `packages/streams` kept a state, because what a fold writes follows from everything
 * before. Most of what drift needs does not: a window of an hour is the sum of sketches of short
 * stretches, and sums may be made by somebody else. So the reader of rows only cuts its partition
 * into chunks, and writes what the rows of each come to. Its outputs follow from a few hundred
 * records at most, and it keeps no state at all.
 *
 * That works because the log decides where a chunk begins and ends: at a block of offsets or a slot
 * of Kafka's timestamps, and never at what one fetch happened to bring. The commit is the start of
 * the unfinished chunk. Whoever goes on from there, at whatever pace, makes the same chunks, named
 * by partition and first offset.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { TypedProducer } from '@driftloop/bus';
import type { DriftSketch } from '@driftloop/schemas';
import { type Fixture, openFixture, PARTITIONS, until } from '../map/support/fixture.ts';
import { chunksOf, INPUT, startMap } from '../map/support/map.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const failures: unknown[] = [];
/** Maps labels to chunks whose sketch is a hash of all that it has seen, in order. */
const map = (producer = fixture.producer) =>
  startMap({ bus: fixture.bus, producer, fail: (error) => failures.push(error) });

/** What has been written, without the notes on how far partitions have been read. */
async function written(): Promise<DriftSketch[]> {
  return (await fixture.readAll('drift.sketches'))
    .map(({ value }) => value)
    .filter(({ model }) => model !== '');
}

/** The chunks that the log has, cut all at once by one who reads all of it. */
async function chunksOfLog(): Promise<Map<string, DriftSketch>> {
  const log = await fixture.readAll(INPUT);
  const topicId = (await fixture.bus.topicId(INPUT)) ?? '';
  const chunks = Array.from({ length: PARTITIONS }, (_, partition) =>
    chunksOf(
      partition,
      log.filter((record) => record.partition === partition),
    ),
  );
  return new Map(chunks.flat().map((chunk) => [nameOf(chunk), { ...chunk, topicId }]));
}

const nameOf = ({ partition, chunkStart }: DriftSketch) => `${partition}/${chunkStart}`;

async function untilAllIsWritten(expected: ReadonlyMap<string, DriftSketch>): Promise<DriftSketch[]> {
  await until(
    'every chunk is written',
    async () => new Set((await written()).map(nameOf)).size >= expected.size,
  );
  return written();
}

test('where chunks begin and end is decided by the log, not by when it is read', async () => {
  await fixture.sendLabels(0, 2_400);
  const stage = await map();
  await fixture.sendLabels(2_400, 3_000);

  const expected = await chunksOfLog();
  assert.ok(expected.size > PARTITIONS, 'a partition of 750 records has more than one chunk');
  const chunks = await untilAllIsWritten(expected);
  await stage.stop();
  for (const chunk of chunks) assert.deepEqual(chunk, expected.get(nameOf(chunk)));
});

test('a map that died after it wrote, before its commit, writes the same chunks again', async () => {
  await fixture.sendLabels(0, 2_400);
  const dying: TypedProducer = {
    ...fixture.producer,
    async send(topic, records, options) {
      await fixture.producer.send(topic, records, options);
      throw new Error('killed');
    },
  };
  failures.length = 0;
  const first = await map(dying);
  await until('it has died', () => failures.length > 0);
  await first.stop();
  const before = await written();
  assert.ok(before.length > 0);

  const second = await map();
  const expected = await chunksOfLog();
  const chunks = await untilAllIsWritten(expected);
  await second.stop();
  assert.ok(chunks.length > expected.size, 'some are there twice');
  for (const chunk of chunks) assert.deepEqual(chunk, expected.get(nameOf(chunk)), 'and say the same');
});
