import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { DriftSketch } from '@driftloop/schemas';
import { type Fixture, labelNumber, openFixture, PARTITIONS, until } from './support/fixture.ts';
import { CHUNK_SIZE, INPUT, sketchOf, startMap } from './support/stages.ts';

let fixture: Fixture;
const failures: unknown[] = [];
beforeEach(async () => {
  failures.length = 0;
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const map = (idleFlushMs?: number) =>
  startMap(
    { bus: fixture.bus, producer: fixture.producer, fail: (error) => failures.push(error) },
    idleFlushMs,
  );

async function sketches(partition: number): Promise<DriftSketch[]> {
  const all = await fixture.readAll('drift.sketches');
  return all.map(({ value }) => value).filter((value) => value.partition === partition);
}

/** Labels of partition 0 with these positions in it. */
function labels(from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) => ({ value: labelNumber((from + i) * PARTITIONS) }));
}

test('chunks begin at multiples of the chunk size, however the input comes', async () => {
  await fixture.sendLabels(0, 4 * 130);
  const stage = await map();
  for (let at = 4 * 130; at < 4 * 260; at += 4 * 13) await fixture.sendLabels(at, at + 4 * 13);
  const isWhole = ({ chunkStart, chunkEnd }: DriftSketch) => chunkEnd - chunkStart === CHUNK_SIZE;
  await until('five whole chunks are there', async () => (await sketches(0)).filter(isWhole).length === 5);
  await stage.stop();
  assert.deepEqual(failures, []);
  assert.deepEqual(
    (await sketches(0)).filter(isWhole),
    [0, 50, 100, 150, 200].map((start) => sketchOf(0, start, labels(start, start + 50), start + 50, false)),
  );
  const committed = await fixture.bus.groupOffsets('chain.map', INPUT);
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [250, 250, 250, 250],
  );
});

test('an unfinished chunk is published when traffic pauses, once, and again when it has grown', async () => {
  const stage = await map(50);
  await fixture.sendLabels(0, 4 * 10);
  await until('the first state is there', async () => (await sketches(0)).some(({ idle }) => idle));
  const first = await sketches(0);
  assert.deepEqual(first.at(-1), sketchOf(0, 0, labels(0, 10), 10, true));
  const published = first.length;
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal((await sketches(0)).length, published, 'nothing new is published while nothing comes');
  await fixture.sendLabels(4 * 10, 4 * 60);
  await until('the next chunk is there', async () =>
    (await sketches(0)).some(({ chunkStart, idle }) => chunkStart === 50 && idle),
  );
  await stage.stop();
  const newest = new Map((await sketches(0)).map((value) => [value.chunkStart, value]));
  assert.deepEqual(
    [...newest.values()],
    [sketchOf(0, 0, labels(0, 50), 50, false), sketchOf(0, 50, labels(50, 60), 60, true)],
  );
});

test('a restart makes the unfinished chunk again from its start', async () => {
  await fixture.sendLabels(0, 4 * 70);
  const first = await map(50);
  await until('the unfinished chunk is published', async () =>
    (await sketches(0)).some(({ chunkEnd, idle }) => chunkEnd === 70 && idle),
  );
  await first.stop();
  const second = await map(50);
  await until(
    'it is published again',
    async () => (await sketches(0)).filter(({ chunkEnd, idle }) => chunkEnd === 70 && idle).length >= 2,
  );
  await fixture.sendLabels(4 * 70, 4 * 100);
  await until('it is finished', async () => (await sketches(0)).some(({ chunkEnd }) => chunkEnd === 100));
  await second.stop();
  const all = await sketches(0);
  const idle = all.filter((value) => value.chunkEnd === 70 && value.idle);
  assert.deepEqual(
    idle,
    idle.map(() => sketchOf(0, 50, labels(50, 70), 70, true)),
  );
  assert.deepEqual(all.at(-1), sketchOf(0, 50, labels(50, 100), 100, false));
});
