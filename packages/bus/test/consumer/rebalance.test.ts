import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Codec } from '../../src/codec/codec.ts';
import { SchemaIds } from '../../src/codec/schema-ids.ts';
import { GroupConsumer } from '../../src/consumer/consumer.ts';
import type { Consumer, TypedProducer } from '../../src/index.ts';
import { Connection } from '../../src/kafka/connection.ts';
import { type Fixture, openFixture, requestNumber, until } from '../support/fixture.ts';

const TOPIC = 'inference.requests';

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
});
after(async () => {
  await producer.close();
  await fixture.close();
});

function partitionsOf(consumer: Consumer): number {
  return consumer.health().detail.partitions.length;
}

/** Expels a member as if it had been silent for too long. */
async function expel(group: string): Promise<void> {
  const admin = fixture.kafka.admin();
  await admin.connect();
  const { groups } = await admin.describeGroups([group]);
  await admin.disconnect();
  const logger = pino({ level: 'silent' });
  const connection = new Connection({ brokers: fixture.brokers, clientId: 'test', logger });
  for (const { memberId } of groups[0]?.members ?? []) {
    await connection.onCoordinator(group, 'expel', (broker) =>
      broker.leaveGroup({ groupId: group, memberId }),
    );
  }
  connection.close();
}

test('members share the partitions; what is in hand is finished and committed before a partition moves', async () => {
  const group = 'share';
  const handled = new Map<string, string[]>();
  const inHand = new Map<number, string>();
  let revocations = 0;
  let produced = 0;
  const member = (name: string) =>
    fixture.another().consume({
      group,
      topics: [TOPIC],
      badRecords: 'skip',
      onRevoked: () => {
        revocations++;
      },
      async onBatch({ partition, records, lastOffset }) {
        assert.equal(
          inHand.get(partition),
          undefined,
          `${name} and ${inHand.get(partition)} both have ${partition}`,
        );
        inHand.set(partition, name);
        await sleep(100);
        for (const { key } of records) handled.set(key, [...(handled.get(key) ?? []), name]);
        inHand.delete(partition);
        return { commit: lastOffset + 1 };
      },
    });
  const stopProducing = new AbortController();
  const producing = (async () => {
    while (!stopProducing.signal.aborted) {
      const records = Array.from({ length: 8 }, () => ({
        ...requestNumber(produced),
        partition: produced++ % 4,
      }));
      await producer.send(TOPIC, records);
      await sleep(5);
    }
  })();
  const one = await member('one');
  assert.equal(partitionsOf(one), 4);
  const two = await member('two');
  await until('both have two', () => partitionsOf(one) === 2 && partitionsOf(two) === 2);
  const three = await member('three');
  await until('three have all', () => partitionsOf(one) + partitionsOf(two) + partitionsOf(three) === 4);
  await one.close();
  await until('the others have all', () => partitionsOf(two) + partitionsOf(three) === 4);
  stopProducing.abort();
  await producing;
  await until('all is handled', () => handled.size === produced);
  await two.close();
  await three.close();
  const twice = [...handled].filter(([, names]) => names.length > 1);
  assert.deepEqual(twice, [], 'nothing was handled twice: every move was planned');
  assert.ok(revocations >= 5, `${revocations} generations have ended`);
});

test('a batch that finishes after its member was expelled is stale and does not commit', async () => {
  const group = 'expelled';
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const begun: number[] = [];
  let isStaleNow: () => boolean = () => false;
  const consumer = await fixture.bus.consume({
    group,
    topics: ['inference.labels'],
    badRecords: 'skip',
    async onBatch({ lastOffset, isStale }) {
      begun.push(lastOffset);
      if (begun.length > 1) return {};
      isStaleNow = isStale;
      await held;
      return { commit: lastOffset + 1 };
    },
  });
  const label = { requestId: 'a', model: 'm', label: 1, eventTime: 1 };
  await producer.send('inference.labels', [{ key: 'a', value: label, partition: 0 }]);
  await until('the batch is in hand', () => begun.length === 1);
  const before = consumer.health().detail.generation;
  await expel(`${fixture.prefix}${group}`);
  await until('a heartbeat has told', () => isStaleNow());
  finish();
  await until('it has joined again', () => consumer.health().detail.generation > before);
  await until('the batch comes again', () => begun.length === 2);
  await consumer.close();
  const committed = await fixture.bus.groupOffsets(group, 'inference.labels');
  assert.equal(committed[0]?.offset, -1);
});

test('closing is quick while the group waits for another member', async () => {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let busy = false;
  const options = { group: 'waiting', topics: [TOPIC] as const, badRecords: 'skip' as const };
  await producer.send(TOPIC, [{ ...requestNumber(1), partition: 0 }]);
  const holder = await fixture.another().consume({
    ...options,
    async onBatch() {
      busy = true;
      await held;
      return {};
    },
  });
  await until('a batch is in hand', () => busy);
  const joining = fixture.another();
  const waiting = joining.consume({ ...options, onBatch: async () => ({}) });
  await sleep(500);
  // The group waits for the holder, which finishes what is in hand first.
  assert.equal(
    await Promise.race([waiting.then(() => 'joined'), sleep(500).then(() => 'waiting')]),
    'waiting',
  );
  finish();
  const joined = await waiting;
  await joined.close();
  await holder.close();
});

test('two topics in one group: partition p of both goes to the same member', async () => {
  const topics = [TOPIC, 'inference.predictions'] as const;
  const options = { group: 'both', topics, badRecords: 'skip' as const, onBatch: async () => ({}) };
  const one = await fixture.another().consume(options);
  const two = await fixture.another().consume(options);
  await until('both have four', () => partitionsOf(one) === 4 && partitionsOf(two) === 4);
  const numbers = (consumer: Consumer, topic: string) =>
    consumer
      .health()
      .detail.partitions.filter((name) => name.startsWith(`${fixture.prefix}${topic}/`))
      .map((name) => name.split('/')[1])
      .sort();
  assert.deepEqual(numbers(one, TOPIC), numbers(one, 'inference.predictions'));
  assert.deepEqual(numbers(two, TOPIC), numbers(two, 'inference.predictions'));
  await one.close();
  await two.close();
});

test('a consumer lives through lost connections', async () => {
  let read = 0;
  const logger = pino({ level: 'silent' });
  const connection = new Connection({ brokers: fixture.brokers, clientId: 'test', logger });
  const consumer = new GroupConsumer({
    options: {
      group: 'lossy',
      topics: ['inference.predictions'],
      badRecords: 'skip',
      async onBatch({ records, lastOffset }) {
        read += records.length;
        return { commit: lastOffset + 1 };
      },
    },
    connection,
    codec: new Codec(new SchemaIds(fixture.registryUrl, fixture.prefix)),
    logger,
    topicPrefix: fixture.prefix,
    sessionTimeoutMs: 6_000,
    writeDeadLetters: async () => undefined,
  });
  await consumer.start();
  const prediction = (i: number) => ({
    key: `r-${i}`,
    partition: i % 4,
    value: {
      requestId: `r-${i}`,
      model: 'm',
      version: 1,
      eventTime: i,
      servedAt: i,
      outputs: Float32Array.of(0.25, 0.75),
      predicted: 1,
      role: 'live' as const,
      requestPartition: i % 4,
      requestOffset: i,
      requestTime: -1,
    },
  });
  for (let round = 0; round < 5; round++) {
    await producer.send(
      'inference.predictions',
      Array.from({ length: 20 }, (_, i) => prediction(round * 20 + i)),
    );
    connection.reset(); // whatever is under way: a fetch, a heartbeat, a commit
    await sleep(100);
  }
  await until('all is read', () => read === 100);
  await consumer.close();
  const committed = await fixture.bus.groupOffsets('lossy', 'inference.predictions');
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [25, 25, 25, 25],
  );
});
