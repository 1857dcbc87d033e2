import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalStack, startLocal, type TestStack, testStack } from '@driftloop/local';
import { createBus } from '../src/index.ts';
import { requestNumber, until } from './support/fixture.ts';

const TOPIC = 'inference.requests';

let stack: TestStack;
let dataDir: string;
let kafka: LocalStack;
before(async () => {
  stack = await testStack();
  dataDir = await mkdtemp(join(tmpdir(), 'driftloop-broker-'));
  // A broker of its own: the one of the environment belongs to all tests.
  delete process.env.KAFKA_BROKERS;
  kafka = await startBroker();
});
after(async () => {
  await kafka.stop();
  await rm(dataDir, { recursive: true, force: true });
  await stack.release();
});

function startBroker(): Promise<LocalStack> {
  return startLocal({ dataDir, registry: false, clickhouse: false });
}

test('producer, consumer and follower live through a broker that is killed and comes back', {
  timeout: 180_000,
}, async () => {
  const bus = createBus({
    brokers: [kafka.env.KAFKA_BROKERS],
    registryUrl: stack.env.SCHEMA_REGISTRY_URL,
    topicPrefix: stack.topicPrefix,
    clientId: 'test',
    sessionTimeoutMs: 6_000,
  });
  await bus.ensureTopics();
  const producer = await bus.producer();
  const handled = new Map<number, number>();
  const consumer = await bus.consume({
    group: 'restart',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ records, lastOffset }) {
      for (const { value } of records) handled.set(value.eventTime, (handled.get(value.eventTime) ?? 0) + 1);
      return { commit: lastOffset + 1 };
    },
  });
  const followed = new Set<number>();
  const follower = await bus.follow(TOPIC, (records) => {
    for (const { value } of records) followed.add(value.eventTime);
  });
  let acknowledged = 0;
  const stop = new AbortController();
  const sending = (async () => {
    while (!stop.signal.aborted) {
      const records = Array.from({ length: 10 }, (_, i) => ({
        ...requestNumber(acknowledged + i),
        partition: (acknowledged + i) % 4,
      }));
      await producer.send(TOPIC, records);
      acknowledged += 10;
      await sleep(10);
    }
  })();
  await until('records are handled', () => handled.size > 100);

  const pid = kafka.parts.find(({ name }) => name === 'kafka')?.pid;
  assert.ok(pid);
  assert.ok(consumer.health().ok && follower.health().ok);
  process.kill(pid, 'SIGSTOP');
  const before = acknowledged;
  await until('they say that Kafka does not answer', () => !consumer.health().ok && !follower.health().ok);
  assert.match(consumer.health().detail.reason ?? '', /Kafka/);
  assert.match(follower.health().reason ?? '', /Kafka|could not be read/);
  process.kill(pid, 'SIGKILL');
  await kafka.stop();
  kafka = await startBroker();
  await until('records are acknowledged again', () => acknowledged > before + 100, 60_000);
  stop.abort();
  await sending;
  await until('all is handled', () => handled.size === acknowledged, 60_000);
  await until('all is followed', () => followed.size === acknowledged, 60_000);
  assert.ok(consumer.health().ok, consumer.health().detail.reason);
  assert.ok(follower.health().ok, follower.health().reason);
  await consumer.close();
  await follower.close();

  // Everything that was acknowledged is there once, in order.
  for (let partition = 0; partition < 4; partition++) {
    const numbers: number[] = [];
    for await (const records of bus.slice(TOPIC, { by: 'offset', partition })) {
      numbers.push(...records.map(({ value }) => value.eventTime));
    }
    assert.deepEqual(
      numbers,
      Array.from({ length: acknowledged }, (_, i) => i).filter((i) => i % 4 === partition),
    );
  }
  const committed = await bus.groupOffsets('restart', TOPIC);
  assert.equal(
    committed.reduce((sum, { offset }) => sum + offset, 0),
    acknowledged,
  );
  await producer.close();
  await bus.close();
});
