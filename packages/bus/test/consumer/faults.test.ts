import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { pino } from 'pino';
import type { Codec } from '../../src/codec/codec.ts';
import type { ConsumeOptions } from '../../src/consumer/consume-options.ts';
import { GroupConsumer } from '../../src/consumer/consumer.ts';
import { type FollowOptions, follow } from '../../src/history/follow.ts';
import type { BusRecord } from '../../src/records.ts';
import { FakeKafka } from '../support/fake-kafka.ts';
import { until } from '../support/fixture.ts';

// The same faults as in held-up.test.ts and topic-changes.test.ts, on a broker in memory: there
// they can be had at any moment.

const TOPIC = 'inference.labels';
type Topic = typeof TOPIC;
const logger = pino({ level: 'silent' });
const codec = {
  prepare: async () => undefined,
  key: () => '',
  decode: (_topic: string, record: { value: Buffer | null }) => ({ eventTime: Number(String(record.value)) }),
} as unknown as Codec;

type Handlers = Omit<ConsumeOptions<Topic>, 'group' | 'topics' | 'badRecords'>;

async function consume(kafka: FakeKafka, handlers: Handlers, sessionTimeoutMs = 6_000) {
  const consumer = new GroupConsumer<Topic>({
    options: { group: 'g', topics: [TOPIC], badRecords: 'skip', ...handlers },
    connection: kafka.connection(),
    codec,
    logger,
    topicPrefix: '',
    sessionTimeoutMs,
    writeDeadLetters: async () => undefined,
  });
  await consumer.start();
  return consumer;
}

function followOn(
  kafka: FakeKafka,
  onRecords: (records: BusRecord<Topic>[]) => void,
  options?: FollowOptions,
) {
  const history = { connection: kafka.connection(), codec, logger, topicPrefix: '' };
  return follow(history, kafka.connection(), TOPIC, onRecords, options);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const numbers = (records: readonly BusRecord<Topic>[]) => records.map(({ value }) => value.eventTime);
const passing = () => new DriftloopError('WAREHOUSE_UNAVAILABLE', 'not now', { retriable: true });

function withTopic(partitions = 2): FakeKafka {
  const kafka = new FakeKafka();
  kafka.create(TOPIC, partitions);
  return kafka;
}

test('an error that passes holds up one partition, which begins again at its commit', async () => {
  const kafka = withTopic();
  for (const partition of [0, 1]) kafka.append(TOPIC, partition, range(0, 100));
  const read: number[][] = [[], []];
  const starts: number[] = [];
  let refusals = 5;
  const consumer = await consume(kafka, {
    async onAssigned(_topic, partition, committed) {
      if (partition === 1) starts.push(committed);
      return undefined;
    },
    async onBatch({ partition, records, lastOffset }) {
      if (partition === 1 && lastOffset >= 40 && refusals-- > 0) throw passing();
      read[partition]?.push(...numbers(records));
      return { commit: lastOffset + 1 };
    },
    onCrash: (error) => assert.fail(String(error)),
  });
  await until('the other is read', () => read[0]?.length === 100);
  await until('it waits', () => consumer.health().detail.waiting[`${TOPIC}/1`]?.reason === 'not now');
  await until('it is read too', () => read[1]?.length === 100);
  assert.deepEqual(read, [range(0, 100), range(0, 100)]);
  assert.equal(starts.length, 6);
  assert.deepEqual(new Set(starts.slice(1)), new Set([starts[1]]));
  assert.deepEqual(consumer.health().detail.waiting, {});
  await consumer.close();
  assert.equal(kafka.commits.get(`${TOPIC}/1`)?.offset, '100');
});

test('a partition that is given up while it is held up is not released: its state may be half done', async () => {
  const kafka = withTopic(1);
  kafka.append(TOPIC, 0, [1]);
  let failures = 0;
  let released = 0;
  const consumer = await consume(kafka, {
    async onBatch() {
      failures++;
      throw passing();
    },
    async onRelease() {
      released++;
      return { commit: 1 };
    },
    onCrash: (error) => assert.fail(String(error)),
  });
  await until('it was tried', () => failures > 1);
  await consumer.close();
  assert.equal(released, 0);
  assert.equal(kafka.commits.size, 0);
});

test('a topic that is made anew under a consumer and a follower is read whole, however long it has grown', async () => {
  const kafka = withTopic();
  kafka.append(TOPIC, 1, range(0, 50));
  const read: number[] = [];
  const followed: number[] = [];
  const consumer = await consume(kafka, {
    async onBatch({ records, lastOffset }) {
      read.push(...numbers(records));
      return { commit: lastOffset + 1 };
    },
  });
  const follower = await followOn(kafka, (records) => void followed.push(...numbers(records)));
  await until('the old one is read', () => read.length === 50 && followed.length === 50);
  kafka.create(TOPIC, 2);
  kafka.append(TOPIC, 1, range(100, 180));
  await until('the new one is read', () => read.length >= 130 && followed.length >= 130);
  assert.deepEqual(read, [...range(0, 50), ...range(100, 180)]);
  assert.deepEqual(followed, [...range(0, 50), ...range(100, 180)]);
  await consumer.close();
  assert.equal(kafka.commits.get(`${TOPIC}/1`)?.metadata, `topicId=${kafka.topics.get(TOPIC)?.id}`);

  // While nobody reads; the group's commit is still there.
  kafka.create(TOPIC, 2);
  kafka.append(TOPIC, 1, range(200, 290));
  const again: number[] = [];
  const next = await consume(kafka, {
    async onBatch({ records, lastOffset }) {
      again.push(...numbers(records));
      return { commit: lastOffset + 1 };
    },
  });
  await until('it is read', () => again.length >= 90);
  assert.deepEqual(again, range(200, 290));
  await next.close();
  await follower.close();
});

test('partitions that are added are read by groups and followers', async () => {
  const kafka = withTopic();
  const read = new Set<number>();
  const followed = new Set<number>();
  const consumer = await consume(kafka, {
    async onBatch({ records, lastOffset }) {
      for (const number of numbers(records)) read.add(number);
      return { commit: lastOffset + 1 };
    },
  });
  const follower = await followOn(
    kafka,
    (records) => {
      for (const number of numbers(records)) followed.add(number);
    },
    { fromBeginning: false },
  );
  kafka.addPartitions(TOPIC, 3);
  kafka.append(TOPIC, 2, [7]);
  await until('both have it', () => read.has(7) && followed.has(7));
  await consumer.close();
  await follower.close();
});

test('without an answer of the group a batch is stale before the session is over, and nothing of it is committed', async () => {
  const kafka = withTopic(1);
  kafka.append(TOPIC, 0, [1]);
  const seen: boolean[] = [];
  let batches = 0;
  const consumer = await consume(
    kafka,
    {
      async onBatch({ lastOffset, isStale }) {
        if (batches++ > 0) return { commit: lastOffset + 1 };
        kafka.silent = true;
        seen.push(isStale());
        await until('it is stale', isStale);
        kafka.silent = false;
        return { commit: 1_000 };
      },
      onCrash: (error) => assert.fail(String(error)),
    },
    1_500,
  );
  await until('the batch comes again in another generation', () => batches === 2);
  await consumer.close();
  assert.deepEqual(seen, [false]);
  assert.equal(kafka.commits.get(`${TOPIC}/0`)?.offset, '1');
});

test('consumer and follower are not well while Kafka does not answer, and say so', async () => {
  const kafka = withTopic(1);
  const consumer = await consume(kafka, { onBatch: async () => ({}) });
  const follower = await followOn(kafka, () => undefined);
  assert.ok(consumer.health().ok && follower.health().ok);
  kafka.silent = true;
  await until('they say so', () => !consumer.health().ok && !follower.health().ok, 60_000);
  assert.match(consumer.health().detail.reason ?? '', /Kafka/);
  assert.match(follower.health().reason ?? '', /Kafka/);
  kafka.silent = false;
  await until('they are well again', () => consumer.health().ok && follower.health().ok);
  await consumer.close();
  await follower.close();
});
