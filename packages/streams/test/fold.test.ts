import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { systemClock } from '@driftloop/service';
import type { Stage } from '../src/index.ts';
import { type Fixture, openFixture, PARTITIONS, until } from './support/fixture.ts';
import { type ChainState, INPUT, OUTPUT_EVERY, startFold } from './support/stages.ts';

let fixture: Fixture;
const failures: unknown[] = [];
beforeEach(async () => {
  failures.length = 0;
  fixture = await openFixture();
});
afterEach(() => fixture.close());

function fold(options: Parameters<typeof startFold>[1] = {}): Promise<Stage> {
  const { bus, producer } = fixture;
  return startFold({ bus, producer, fail: (error) => failures.push(error) }, options);
}

/**
 * Sequence numbers of the verdicts on one input partition, in the order in which they were written.
 */
async function sequences(partition: number): Promise<number[]> {
  const verdicts = await fixture.readAll('drift.verdicts');
  return verdicts.filter(({ key }) => key === `p${partition}`).map(({ value }) => value.sequence);
}

async function readUpTo(stage: Stage, labels: number): Promise<void> {
  const expected = Math.floor(labels / PARTITIONS / OUTPUT_EVERY);
  await until('all is folded', async () => {
    assert.deepEqual(failures, []);
    return stage.lag() === 0 && (await sequences(0)).includes(expected - 1);
  });
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** A state as the stage writes it. */
const stateText = (state: ChainState) => JSON.stringify({ ...state, padding: '' });

/** Writes a checkpoint of partition 0 as a service would. */
async function writeCheckpoint(position: number, state: string | Uint8Array, topicId = ''): Promise<void> {
  const value = {
    service: 'chain',
    topic: INPUT,
    partition: 0,
    position,
    format: 1,
    state: typeof state === 'string' ? Uint8Array.from(gzipSync(state)) : state,
    topicId,
  };
  await fixture.producer.send('service.checkpoints', [{ key: `chain/${INPUT}/0`, value }]);
}

test('a restart in good order repeats nothing and goes on where it was', async () => {
  await fixture.sendLabels(0, 410);
  const first = await fold({ checkpointEveryMs: 3_600_000 });
  await readUpTo(first, 410);
  await first.stop();
  assert.deepEqual(await sequences(0), range(0, 5));
  const committed = await fixture.bus.groupOffsets('chain', INPUT);
  assert.equal(
    committed.reduce((sum, { offset }) => sum + offset, 0),
    410,
  );
  await fixture.sendLabels(410, 820);
  const second = await fold();
  await readUpTo(second, 820);
  await second.stop();
  assert.deepEqual(await sequences(0), range(0, 10));
});

test('of a backlog that comes in one go a restart begins where the last piece ended', async () => {
  const labels = 1_000 * PARTITIONS;
  await fixture.sendLabels(0, labels);
  const saved: number[] = [];
  const stage = await fold({
    checkpointEveryMs: 0,
    padding: (state) => {
      saved.push(state.count);
      return '';
    },
  });
  await readUpTo(stage, labels);
  await stage.stop();
  const counts = [0, ...new Set(saved)].sort((a, b) => a - b);
  const most = counts.reduce((gap, count, i) => Math.max(gap, count - (counts[i - 1] ?? 0)), 0);
  assert.ok(most <= 256, `checkpoints at ${counts.join(', ')}`);
});

test('a wall clock that is set back keeps no checkpoint from being written', async () => {
  let aheadMs = 24 * 3_600_000;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const stage = await fold({ checkpointEveryMs: 100, clock });
  await fixture.sendLabels(0, 400);
  await readUpTo(stage, 400);
  aheadMs = 0;
  await fixture.sendLabels(400, 800);
  await until('all is in a checkpoint', async () => {
    const committed = await fixture.bus.groupOffsets('chain', INPUT);
    return committed.reduce((sum, { offset }) => sum + offset, 0) === 800;
  });
  await stage.stop();
});

test('another format folds again from the start of the input', async () => {
  await fixture.sendLabels(0, 400);
  const first = await fold();
  await readUpTo(first, 400);
  await first.stop();
  const second = await fold({ format: 2 });
  await until('all is folded again', async () => (await sequences(0)).length === 10);
  await second.stop();
  assert.deepEqual(await sequences(0), [...range(0, 5), ...range(0, 5)]);
});

test('a checkpoint that is older than the commit is folded on from, with the same outputs', async () => {
  await fixture.sendLabels(0, 400);
  const first = await fold();
  await readUpTo(first, 400);
  await first.stop();
  const before = (await fixture.readAll('drift.verdicts')).filter(({ key }) => key === 'p0');
  // As a process writes it that was paused for long and does not know yet that it was expelled.
  await writeCheckpoint(0, stateText({ count: 0, hash: '' }));
  const second = await fold();
  await until('all is folded again', async () => (await sequences(0)).length === 10);
  await second.stop();
  const after = (await fixture.readAll('drift.verdicts')).filter(({ key }) => key === 'p0');
  assert.deepEqual(
    after.slice(5).map(({ value }) => value),
    before.map(({ value }) => value),
  );
});

test('a checkpoint beyond the end of the input belongs to another topic of that name', async () => {
  await writeCheckpoint(10_000, stateText({ count: 10_000, hash: 'old' }));
  await fixture.sendLabels(0, 400);
  const stage = await fold();
  await readUpTo(stage, 400);
  await stage.stop();
  assert.deepEqual(await sequences(0), range(0, 5));
});

test('a checkpoint of another topic of that name is not gone on from, however far it had come', async () => {
  await fixture.sendLabels(0, 400);
  await writeCheckpoint(50, stateText({ count: 50, hash: 'old' }), 'AAAAAAAAAAAAAAAAAAAAAQ');
  const stage = await fold();
  await readUpTo(stage, 400);
  await stage.stop();
  assert.deepEqual(await sequences(0), range(0, 5));
  const checkpoints = await fixture.readAll('service.checkpoints');
  assert.equal(checkpoints.at(-1)?.value.topicId, await fixture.bus.topicId(INPUT));
});

const BROKEN: Readonly<Record<string, string | Uint8Array>> = {
  'bytes that are not zipped': Uint8Array.of(1, 2, 3),
  'nothing at all': new Uint8Array(),
  'a text that is no JSON': '{"count":1',
  'another kind of value': 'null',
};

for (const [name, state] of Object.entries(BROKEN)) {
  test(`a checkpoint of ${name} stops nothing: it is folded again from the start of the input`, async () => {
    await fixture.sendLabels(0, 400);
    await writeCheckpoint(40, state);
    const stage = await fold();
    await readUpTo(stage, 400);
    await stage.stop();
    assert.deepEqual(await sequences(0), range(0, 5));
  });
}

test('records that are refused become dead letters before a checkpoint has seen them', async () => {
  await fixture.sendLabels(0, 41);
  const stage = await fold({ refuses: (id) => id === 'r-4' || id === 'r-40', checkpointEveryMs: 0 });
  const readBack = async () => {
    const letters = await fixture.readAll('dead.letters');
    return letters.map(({ value }) => [value.partition, value.offset, value.code]);
  };
  const checkpointed = async () =>
    (await fixture.readAll('service.checkpoints')).some(
      ({ value }) => value.partition === 0 && value.position === 11,
    );
  await until('all is folded and written down', async () => {
    assert.deepEqual(failures, []);
    const isSeen = await checkpointed();
    // Read after the checkpoint: it was there by then.
    const letters = await readBack();
    if (isSeen) assert.ok(letters.length >= 2, 'the checkpoint has seen what is nowhere');
    return isSeen;
  });
  await stage.stop();
  assert.deepEqual(await readBack(), [
    [0, 1, 'LABEL_INVALID'],
    [0, 10, 'LABEL_INVALID'],
  ]);
});

test('a state of megabytes is written and gone on from', async () => {
  const padding = randomBytes(4_000_000).toString('base64');
  const first = await fold({ padding: () => padding, checkpointEveryMs: 0 });
  await fixture.sendLabels(0, 400);
  await readUpTo(first, 400);
  await first.stop();
  const second = await fold({ padding: () => padding, checkpointEveryMs: 0 });
  await fixture.sendLabels(400, 800);
  await readUpTo(second, 800);
  await second.stop();
  assert.deepEqual(failures, []);
  assert.deepEqual(await sequences(0), range(0, 10));
});

test('a state that does not fit into a record ends nothing: it goes on from the checkpoint before', async () => {
  const stage = await fold({
    padding: () => randomBytes(8_000_000).toString('base64'),
    checkpointEveryMs: 0,
  });
  await fixture.sendLabels(0, 40);
  await until('all is taken in', async () => stage.lag() === 0);
  await stage.stop();
  assert.deepEqual(failures, []);
});
