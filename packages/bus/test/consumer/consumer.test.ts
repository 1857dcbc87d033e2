import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusRecord, TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture, requestNumber, until } from '../support/fixture.ts';

const TOPIC = 'inference.requests';
const COUNT = 400;

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
  const records = Array.from({ length: COUNT }, (_, i) => ({ ...requestNumber(i), partition: i % 4 }));
  await producer.send(TOPIC, records);
});
after(async () => {
  await producer.close();
  await fixture.close();
});

/** Collects what a group reads until it has `count` records, committing all of it. */
async function readGroup(group: string, count: number): Promise<BusRecord<typeof TOPIC>[]> {
  const read: BusRecord<typeof TOPIC>[] = [];
  const consumer = await fixture.bus.consume({
    group,
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ records, lastOffset }) {
      read.push(...records);
      return { commit: lastOffset + 1 };
    },
  });
  await until('all is read', () => read.length >= count);
  await consumer.close();
  return read;
}

test('a group reads every record once, each partition in order, and begins where it had committed', async () => {
  const read = await readGroup('plain', COUNT);
  assert.equal(read.length, COUNT);
  for (let partition = 0; partition < 4; partition++) {
    const mine = read.filter((record) => record.partition === partition);
    assert.deepEqual(
      mine.map(({ value }) => value.eventTime),
      Array.from({ length: COUNT / 4 }, (_, i) => i * 4 + partition),
    );
  }
  const committed = await fixture.bus.groupOffsets('plain', TOPIC);
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [100, 100, 100, 100],
  );
  assert.ok((await fixture.bus.groupOffsets('nobody', TOPIC)).every(({ offset }) => offset === -1));
});

test('only what onBatch says is committed', async () => {
  let seen = 0;
  const consumer = await fixture.bus.consume({
    group: 'half',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ partition, records }) {
      seen += records.length;
      return partition === 0 ? { commit: 40 } : {};
    },
  });
  await until('all is read', () => seen === COUNT);
  await consumer.close();
  const committed = await fixture.bus.groupOffsets('half', TOPIC);
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [40, -1, -1, -1],
  );
  const again = await readGroup('half', COUNT - 40);
  assert.equal(Math.min(...again.filter(({ partition }) => partition === 0).map(({ offset }) => offset)), 40);
});

test('onAssigned skips forward, never back; seek goes back', async () => {
  await readGroup('start', COUNT);
  const first = new Map<number, number>();
  const committed = new Map<number, number>();
  const consumer = await fixture.bus.consume({
    group: 'start',
    topics: [TOPIC],
    badRecords: 'skip',
    async onAssigned(_, partition, commit) {
      committed.set(partition, commit);
      // 0 skips nothing, 1 goes back, 2 would go back but may not, 3 skips some that are yet to
      // come
      return [undefined, { seek: 10 }, 10, 103][partition];
    },
    async onBatch({ partition, firstOffset }) {
      if (!first.has(partition)) first.set(partition, firstOffset);
      return {};
    },
  });
  await producer.send(
    TOPIC,
    Array.from({ length: 20 }, (_, i) => ({ ...requestNumber(COUNT + i), partition: i % 4 })),
  );
  await until('every partition has begun', () => first.size === 4);
  await consumer.close();
  assert.deepEqual([...committed.values()], [100, 100, 100, 100]);
  assert.deepEqual(
    [0, 1, 2, 3].map((partition) => first.get(partition)),
    [100, 10, 100, 103],
  );
});

test('what onAssigned skips is committed, also where nothing more comes', async () => {
  await readGroup('skipped', COUNT);
  const [end] = (await fixture.bus.offsets(TOPIC)).map(({ high }) => high);
  const before = await fixture.bus.groupOffsets('skipped', TOPIC);
  const consumer = await fixture.bus.consume({
    group: 'skipped',
    topics: [TOPIC],
    badRecords: 'skip',
    // 0 skips all that there is, 1 goes beyond the end, 2 goes back
    onAssigned: async (_, partition) => [end, 1e9, { seek: 10 }, undefined][partition],
    onBatch: async () => ({}),
  });
  const committed = async () =>
    (await fixture.bus.groupOffsets('skipped', TOPIC)).map(({ offset }) => offset);
  await until('the group has gone past what was skipped', async () => (await committed())[0] === end);
  await consumer.close();
  assert.deepEqual(
    (await committed()).slice(1),
    before.slice(1).map(({ offset }) => offset),
  );
});

test('without a commit, fromBeginning: false reads only what comes, and remembers where that began', async () => {
  const read: number[] = [];
  const options = {
    group: 'latest',
    topics: [TOPIC] as const,
    fromBeginning: false,
    badRecords: 'skip' as const,
    async onBatch({ records }: { records: BusRecord<typeof TOPIC>[] }) {
      read.push(...records.map(({ value }) => value.eventTime));
      return {};
    },
  };
  await (await fixture.bus.consume(options)).close();
  await producer.send(TOPIC, [{ ...requestNumber(5000), partition: 1 }]);
  const consumer = await fixture.bus.consume(options);
  await until('the new record is read', () => read.length > 0);
  await consumer.close();
  assert.deepEqual(read, [5000]);
});

test('onIdle comes once a partition is read to its end, not before, and can commit', async () => {
  const ends = new Map((await fixture.bus.offsets(TOPIC)).map(({ partition, high }) => [partition, high]));
  const position = new Map<number, number>();
  const idle: { partition: number; at: number }[] = [];
  const consumer = await fixture.bus.consume({
    group: 'idle',
    topics: [TOPIC],
    badRecords: 'skip',
    idleMs: 50,
    async onBatch({ partition, lastOffset }) {
      await sleep(80);
      position.set(partition, lastOffset + 1);
      return {};
    },
    async onIdle(_, partition) {
      idle.push({ partition, at: position.get(partition) ?? -1 });
      return { commit: 7 };
    },
  });
  await until('every partition was idle', () => new Set(idle.map(({ partition }) => partition)).size === 4);
  await consumer.close();
  for (const { partition, at } of idle) assert.equal(at, ends.get(partition));
  const committed = await fixture.bus.groupOffsets('idle', TOPIC);
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [7, 7, 7, 7],
  );
});

test('onRelease comes last, and what it says is committed; not after a failure', async () => {
  const events: string[] = [];
  const options = {
    group: 'release',
    topics: [TOPIC] as const,
    badRecords: 'skip' as const,
    onRevoked: () => {
      events.push('revoked');
    },
    async onRelease(_: typeof TOPIC, partition: number) {
      events.push(`release ${partition}`);
      return { commit: 11 + partition };
    },
  };
  let seen = 0;
  const consumer = await fixture.bus.consume({
    ...options,
    async onBatch({ records }) {
      seen += records.length;
      return {};
    },
  });
  assert.ok(consumer.lag() >= COUNT, 'the lag is known before the first record');
  await until('all is read', () => seen >= COUNT);
  await consumer.close();
  assert.deepEqual(events.slice(0, 4).sort(), ['release 0', 'release 1', 'release 2', 'release 3']);
  assert.deepEqual(events.slice(4), ['revoked']);
  const committed = await fixture.bus.groupOffsets('release', TOPIC);
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [11, 12, 13, 14],
  );
  events.length = 0;
  let failed = false;
  const failing = await fixture.bus.consume({
    ...options,
    onBatch: () => Promise.reject(new Error('a bug')),
    onCrash: () => {
      failed = true;
    },
  });
  await until('it has failed', () => failed);
  await failing.close();
  assert.deepEqual(events, ['revoked']);
});

test('a partition that is slow does not hold up the others, and is read no further ahead than two batches', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const read = new Map<number, number>();
  const consumer = await fixture.bus.consume({
    group: 'slow',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ partition, records }) {
      if (partition === 0) await held;
      read.set(partition, (read.get(partition) ?? 0) + records.length);
      return {};
    },
  });
  for (let i = 0; i < 20; i++) {
    const records = Array.from({ length: 8 }, (_, j) => ({ ...requestNumber(9000 + i), partition: j % 4 }));
    await producer.send(TOPIC, records);
    await sleep(10);
  }
  const ends = await fixture.bus.offsets(TOPIC);
  await until('the others are done', () =>
    [1, 2, 3].every((partition) => read.get(partition) === ends[partition]?.high),
  );
  assert.equal(read.get(0), undefined);
  assert.ok(consumer.health().detail.busyMs > 0);
  release();
  await until('the slow one is done', () => read.get(0) === ends[0]?.high);
  await until('the lag is gone', () => consumer.lag() === 0);
  await consumer.close();
});

test('concurrency limits how many partitions are in hand', async () => {
  let inHand = 0;
  let most = 0;
  let read = 0;
  const consumer = await fixture.bus.consume({
    group: 'one-at-a-time',
    topics: [TOPIC],
    badRecords: 'skip',
    concurrency: 1,
    async onBatch({ records }) {
      most = Math.max(most, ++inHand);
      await sleep(20);
      inHand--;
      read += records.length;
      return {};
    },
  });
  await until('all is read', () => read >= COUNT);
  await consumer.close();
  assert.equal(most, 1);
});

test('pause stops fetching, resume goes on', async () => {
  const read: number[] = [];
  const consumer = await fixture.bus.consume({
    group: 'pause',
    topics: ['model.events'],
    badRecords: 'skip',
    async onBatch({ records }) {
      read.push(...records.map(({ value }) => value.version));
      return {};
    },
  });
  const event = (version: number) => ({
    key: 'm',
    value: {
      model: 'm',
      version,
      kind: 'registered' as const,
      restoredVersion: null,
      at: 0,
      eventTime: 0,
      artifact: '',
      sha256: '',
      parentVersion: null,
      commandId: null,
      metrics: { accuracy: 0.5 },
      reasons: ['a'],
      actor: 'test',
    },
  });
  await producer.send('model.events', [event(1)]);
  await until('the first is read', () => read.length === 1);
  consumer.pause();
  await sleep(600); // a fetch that was under way has come back
  await producer.send('model.events', [event(2)]);
  await sleep(1200);
  assert.deepEqual(read, [1]);
  consumer.resume();
  await until('the second is read', () => read.length === 2);
  await consumer.close();
});

test('an error in onBatch ends the consumer, commits nothing of the batch, and is reported', async () => {
  const crashed: unknown[] = [];
  const consumer = await fixture.bus.consume({
    group: 'crash',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ partition, lastOffset }) {
      if (partition === 2) throw new Error('a bug');
      return { commit: lastOffset + 1 };
    },
    onCrash: (error) => crashed.push(error),
  });
  await until('the crash is reported', () => crashed.length > 0);
  assert.match(String(crashed[0]), /a bug/);
  assert.equal(crashed.length, 1);
  assert.equal(consumer.health().ok, false);
  assert.equal(consumer.health().detail.state, 'failed');
  await consumer.close();
  const committed = await fixture.bus.groupOffsets('crash', TOPIC);
  assert.equal(committed[2]?.offset, -1);
});

test('a topic that does not exist is named', async () => {
  const bus = fixture.another({ topicPrefix: `${fixture.prefix}none.` });
  const consume = bus.consume({ group: 'g', topics: [TOPIC], badRecords: 'skip', onBatch: async () => ({}) });
  await assert.rejects(consume, {
    code: 'KAFKA_UNAVAILABLE',
    message: /none\.inference\.requests does not exist/,
  });
});

test('records whose offset has expired are passed over, with an error in the log', async () => {
  const admin = fixture.kafka.admin();
  await admin.connect();
  await readGroup('expired', COUNT);
  const ends = await fixture.bus.offsets(TOPIC);
  await producer.send(
    TOPIC,
    Array.from({ length: 10 }, (_, i) => ({ ...requestNumber(7000 + i), partition: 0 })),
  );
  const end = ends[0]?.high ?? 0;
  await admin.fetchTopicOffsets(`${fixture.prefix}${TOPIC}`); // makes the client know the topic
  await admin.deleteTopicRecords({
    topic: `${fixture.prefix}${TOPIC}`,
    partitions: [{ partition: 0, offset: String(end + 6) }],
  });
  await admin.disconnect();
  const read = await readGroup('expired', 4);
  assert.deepEqual(
    read.map(({ value }) => value.eventTime),
    [7006, 7007, 7008, 7009],
  );
});
