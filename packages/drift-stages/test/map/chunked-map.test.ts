import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DriftSketch } from '@driftloop/schemas';
import { type Fixture, openFixture, PARTITIONS, until } from './support/fixture.ts';
import { chunksOf, INPUT, startMap } from './support/map.ts';

const PROGRAM = fileURLToPath(new URL('./support/run-map.ts', import.meta.url));

let fixture: Fixture;
const failures: unknown[] = [];
const children = new Set<ChildProcess>();
beforeEach(async () => {
  failures.length = 0;
  fixture = await openFixture();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await fixture.close();
});

const map = () =>
  startMap({ bus: fixture.bus, producer: fixture.producer, fail: (error) => failures.push(error) });

async function sketchLog(): Promise<DriftSketch[]> {
  return (await fixture.readAll('drift.sketches')).map(({ value }) => value);
}

/** The chunks that the log of labels says there are, of all partitions. */
async function expectedChunks(): Promise<DriftSketch[]> {
  const log = await fixture.readAll(INPUT);
  return Array.from({ length: PARTITIONS }, (_, partition) =>
    chunksOf(
      partition,
      log.filter((record) => record.partition === partition),
    ),
  ).flat();
}

const keyOf = ({ partition, chunkStart }: DriftSketch) => `${partition}/${chunkStart}`;

/**
 * Waits until as many chunks are there as the log has, and compares each of them, also those that
 * were written more than once.
 */
async function assertChunks(): Promise<DriftSketch[]> {
  const topicId = (await fixture.bus.topicId(INPUT)) ?? '';
  // A record says what is left out: no rows to watch.
  const rows = new Uint8Array(0);
  const chunks = (await expectedChunks()).map((sketch) => ({ rows, ...sketch, topicId }));
  const expected = new Map(chunks.map((sketch) => [keyOf(sketch), sketch]));
  await until('all chunks are there', async () => {
    const written = new Set((await sketchLog()).filter(({ model }) => model !== '').map(keyOf));
    return written.size >= expected.size || failures.length > 0;
  });
  assert.deepEqual(failures, []);
  const log = await sketchLog();
  for (const sketch of log.filter(({ model }) => model !== ''))
    assert.deepEqual(sketch, expected.get(keyOf(sketch)), `the chunk ${keyOf(sketch)}`);
  return log;
}

test('chunks lie where the log says, however it is read, and what has been written is committed', async () => {
  const start = Date.now() - 30_000;
  // 3 blocks of offsets in a partition; 40 labels of each partition in a slot, and a break.
  const timestampOf = (i: number) => start + Math.floor(i / (40 * PARTITIONS)) * 100 + (i > 3000 ? 5_000 : 0);
  await fixture.sendLabels(0, 900, timestampOf);
  const stage = await map();
  for (let at = 900; at < 5_200; at += 430) await fixture.sendLabels(at, at + 430, timestampOf);
  await assertChunks();
  const ends = new Map((await fixture.bus.offsets(INPUT)).map(({ partition, high }) => [partition, high]));
  await until('all of it is committed', async () =>
    (await fixture.bus.groupOffsets('chain.map', INPUT)).every(
      ({ partition, offset }) => offset === ends.get(partition),
    ),
  );
  await stage.stop();
});

test('notes are true, and a partition that was read to its end goes on with the clock', async () => {
  await fixture.sendLabels(0, 400);
  const stage = await map();
  const clocksOf = (log: readonly DriftSketch[]) => log.flatMap(({ clocks }) => clocks);
  const sent = Date.now();
  await until('every partition is past what was sent', async () => {
    const clocks = clocksOf(await sketchLog());
    return Array.from({ length: PARTITIONS }).every((_, partition) =>
      clocks.some((clock) => clock.partition === partition && clock.time > sent),
    );
  });
  await fixture.sendLabels(400, 800);
  const log = await assertChunks();
  await stage.stop();
  assert.ok(log.some(({ clocks, partitions }) => clocks.length > 0 && partitions === PARTITIONS));
  const known = new Map<number, { end: number; time: number }>();
  for (const { model, partition, chunkStart, logTime, clocks } of log) {
    const clock = known.get(partition);
    if (model !== '' && clock)
      assert.ok(chunkStart >= clock.end && logTime >= clock.time, 'a note was not true');
    for (const { partition: of, ...next } of clocks) known.set(of, next);
  }
});

test('a restart in good order makes the unfinished chunk whole', async () => {
  await fixture.sendLabels(0, 700);
  const first = await map();
  await until('something is written', async () => (await sketchLog()).length > 0);
  await fixture.sendLabels(700, 900);
  await first.stop();
  await fixture.sendLabels(900, 1_400);
  const second = await map();
  await assertChunks();
  await second.stop();
});

test('kill -9 at random moments, members that come and go: the chunks are those of one who reads all at once', {
  timeout: 240_000,
}, async (t) => {
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [PROGRAM], {
      env: { ...process.env, ...fixture.env },
      stdio: 'inherit',
    });
    children.add(child);
    child.on('exit', () => children.delete(child));
    return child;
  };
  const ended = async (child: ChildProcess) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  let sent = 0;
  const stop = new AbortController();
  const sending = (async () => {
    while (!stop.signal.aborted) {
      await fixture.sendLabels(sent, sent + 43);
      sent += 43;
      await sleep(20);
    }
  })();
  let one = start();
  let two = start();
  for (let kill = 0; kill < 3; kill++) {
    const before = (await sketchLog()).length;
    await until('chunks are written', async () => (await sketchLog()).length > before + 5);
    await sleep(Math.random() * 1_500);
    two.kill(kill % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
    one.kill('SIGKILL');
    await Promise.all([one, two].map(ended));
    one = start();
    await sleep(Math.random() * 500);
    two = start();
  }
  stop.abort();
  await sending;
  const log = await assertChunks();
  one.kill('SIGTERM');
  two.kill('SIGTERM');
  await Promise.all([one, two].map(ended));
  const chunks = log.filter(({ model }) => model !== '');
  t.diagnostic(`${sent} labels, ${chunks.length} chunks, ${new Set(chunks.map(keyOf)).size} of them once`);
});

test('chunks and notes of a topic that was made anew under a running map carry its own id', async () => {
  await fixture.sendLabels(0, 800);
  const stage = await map();
  const before = await assertChunks();
  const first = await fixture.bus.topicId(INPUT);
  await fixture.makeAnew();
  const second = await fixture.bus.topicId(INPUT);
  assert.notEqual(second, first);
  await fixture.sendLabels(800, 1_600);
  const ofSecond = (log: readonly DriftSketch[]) => log.filter(({ topicId }) => topicId === second);
  const lies = ({ partition, chunkEnd }: DriftSketch) => `${partition}/${chunkEnd}`;
  const expected = new Set((await expectedChunks()).map(lies));
  await until('the new topic has been read', async () => {
    const read = new Set(ofSecond(await sketchLog()).map(lies));
    return [...expected].every((place) => read.has(place)) || failures.length > 0;
  });
  assert.deepEqual(failures, []);
  const after = (await sketchLog()).slice(before.length);
  await stage.stop();
  for (const { clocks } of ofSecond(after)) {
    for (const { end } of clocks) assert.ok(end <= 800 / PARTITIONS, 'an offset of the topic that is gone');
  }
});
