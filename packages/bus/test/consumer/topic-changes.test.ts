import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicName } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import type kafkajs from 'kafkajs';
import type { TypedProducer } from '../../src/index.ts';
import { Connection } from '../../src/kafka/connection.ts';
import { type Fixture, openFixture, until } from '../support/fixture.ts';

let fixture: Fixture;
let producer: TypedProducer;
let admin: kafkajs.Admin;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
  admin = fixture.kafka.admin();
  await admin.connect();
});
after(async () => {
  await admin.disconnect();
  await producer.close();
  await fixture.close();
});

const label = (i: number, partition: number) => ({
  key: `${i}`,
  partition,
  value: { requestId: `${i}`, model: 'm', label: i, eventTime: i },
});

/**
 * Deletes a topic and creates it again; a producer of its own, since one that knew the old topic
 * may go on writing to it.
 */
async function makeAnew(topic: TopicName): Promise<void> {
  const name = `${fixture.prefix}${topic}`;
  await admin.deleteTopics({ topics: [name] });
  await until('it is gone', async () => !(await admin.listTopics()).includes(name));
  for (;;) {
    try {
      await admin.createTopics({ topics: [{ topic: name, numPartitions: 4 }], waitForLeaders: false });
      break;
    } catch {
      await sleep(100);
    }
  }
}

async function send(topic: 'inference.labels', from: number, to: number, partition: number): Promise<void> {
  const own = await fixture.another().producer();
  for (let i = from; i < to; i += 10) {
    await own.send(
      topic,
      Array.from({ length: Math.min(10, to - i) }, (_, j) => label(i + j, partition)),
    );
  }
  await own.close();
}

test('a topic that is made anew and has grown past what was read is read from its beginning, also by who reads on', async (t) => {
  const topic = 'inference.labels';
  const read: number[] = [];
  const followed: number[] = [];
  const consumer = await fixture.bus.consume({
    group: 'anew',
    topics: [topic],
    badRecords: 'skip',
    async onBatch({ records, lastOffset }) {
      read.push(...records.map(({ value }) => value.eventTime));
      return { commit: lastOffset + 1 };
    },
  });
  t.after(() => consumer.close());
  const follower = await fixture.bus.follow(topic, (records) => {
    followed.push(...records.map(({ value }) => value.eventTime));
  });
  t.after(() => follower.close());
  await send(topic, 0, 50, 1);
  await until('both have read', () => read.length === 50 && followed.length === 50);
  const before = await fixture.bus.topicId(topic);
  consumer.pause();
  await makeAnew(topic);
  await send(topic, 100, 180, 1);
  consumer.resume();
  assert.notEqual(await fixture.another().topicId(topic), before);
  const whole = [
    ...Array.from({ length: 50 }, (_, i) => i),
    ...Array.from({ length: 80 }, (_, i) => 100 + i),
  ];
  await until('all is read', () => read.length >= whole.length && followed.length >= whole.length);
  assert.deepEqual(read, whole);
  assert.deepEqual(followed, whole);
});

test('a commit on a topic that was deleted is no commit on the one that has its name', async () => {
  const topic = 'drift.signals';
  const name = `${fixture.prefix}${topic}`;
  const group = 'old-commit';
  const bytes = Array.from({ length: 60 }, () => ({ key: null, value: Buffer.from('x'), partition: 0 }));
  await producer.sendBytes(topic, bytes);
  const topicId = await fixture.bus.topicId(topic);
  assert.ok(topicId);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const connection = new Connection({ brokers: fixture.brokers, clientId: 'test', logger });
  const commit = (metadata: string) =>
    connection.onCoordinator(`${fixture.prefix}${group}`, 'commit', (broker) =>
      broker.offsetCommit({
        groupId: `${fixture.prefix}${group}`,
        groupGenerationId: -1,
        memberId: '',
        topics: [{ topic: name, partitions: [{ partition: 0, offset: '50', metadata }] }],
      }),
    );
  const committed = async () => (await fixture.bus.groupOffsets(group, topic))[0]?.offset;
  await commit(`topicId=${topicId}`);
  assert.equal(await committed(), 50);
  await commit('');
  assert.equal(await committed(), 50, 'other tools say nothing');
  await commit('topicId=AAAAAAAAAAAAAAAAAAAAAQ');
  assert.equal(await committed(), -1);
  connection.close();
});

test('partitions that are added are read by groups and followers, and written to', async (t) => {
  const topic = 'inference.requests';
  const read = new Set<number>();
  const followed = new Set<number>();
  const request = (i: number, partition: number) => ({
    key: `${i}`,
    partition,
    value: { requestId: `${i}`, model: 'm', eventTime: i, features: Float32Array.of(i) },
  });
  await producer.send(topic, [request(0, 0)]);
  const consumers = await Promise.all(
    ['grown', 'grown'].map((group) =>
      fixture.bus.consume({
        group,
        topics: [topic],
        badRecords: 'skip',
        async onBatch({ records, lastOffset }) {
          for (const { value } of records) read.add(value.eventTime);
          return { commit: lastOffset + 1 };
        },
      }),
    ),
  );
  t.after(async () => {
    for (const consumer of consumers) await consumer.close();
  });
  const follower = await fixture.bus.follow(topic, (records) => {
    for (const { value } of records) followed.add(value.eventTime);
  });
  t.after(() => follower.close());
  const late = await fixture.bus.follow(
    topic,
    (records) => {
      for (const { value } of records) followed.add(100 + value.eventTime);
    },
    { fromBeginning: false },
  );
  t.after(() => late.close());
  await assert.rejects(producer.send(topic, [request(9, 4)]), { code: 'CONFIG_INVALID', retriable: true });
  await admin.createPartitions({
    topicPartitions: [{ topic: `${fixture.prefix}${topic}`, count: 6 }],
  });
  // The producer has looked the topic up just now, and looks again.
  await until('the producer knows the new partitions', async () => {
    try {
      await producer.send(topic, [request(4, 4), request(5, 5)]);
      return true;
    } catch {
      return false;
    }
  });
  await until('they are read', () => [0, 4, 5].every((i) => read.has(i)));
  await until('they are followed', () => [0, 4, 5, 104, 105].every((i) => followed.has(i)));
  assert.ok(
    consumers.some((consumer) => consumer.health().detail.partitions.some((name) => name.endsWith('/5'))),
  );
});

test('a topic that is deleted keeps nobody from the others', async () => {
  const bus = fixture.another();
  const partitions = async (topic: TopicName) => (await bus.offsets(topic)).length;
  assert.equal(await partitions('drift.verdicts'), 4);
  assert.equal(await partitions('drift.signals'), 4);
  const name = `${fixture.prefix}drift.verdicts`;
  await admin.deleteTopics({ topics: [name] });
  await until('it is gone', async () => !(await admin.listTopics()).includes(name));
  // Those that it knows, and another one.
  assert.equal(await partitions('drift.signals'), 4);
  assert.equal(await partitions('retrain.commands'), 4);
});
