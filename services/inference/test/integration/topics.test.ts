import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBus } from '@driftloop/bus';
import kafkajs from 'kafkajs';
import { createHarness, type Harness } from '../fixtures/harness.ts';

const PARTITION = 1;

async function withAdmin(run: (harness: Harness, admin: kafkajs.Admin) => Promise<void>): Promise<void> {
  const harness = await createHarness();
  const kafka = new kafkajs.Kafka({ brokers: harness.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    await run(harness, admin);
  } finally {
    await admin.disconnect();
    await harness.close();
  }
}

/** Sends requests to one partition over connections of its own, which know the topic as it is. */
async function sendTo(harness: Harness, partition: number, ids: readonly string[]): Promise<void> {
  const bus = createBus({
    brokers: harness.brokers,
    registryUrl: harness.registryUrl,
    topicPrefix: harness.topicPrefix,
    clientId: 'test',
  });
  const producer = await bus.producer();
  await producer.send(
    'inference.requests',
    ids.map((requestId) => ({
      key: requestId,
      partition,
      value: { requestId, model: 'm', eventTime: 1, features: Float32Array.of(1) },
    })),
  );
  await producer.close();
  await bus.close();
}

const named = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);

async function answersTo(harness: Harness, ids: readonly string[]): Promise<string[]> {
  const wanted = new Set(ids);
  const answered = async () =>
    (await harness.answers()).map(({ value }) => value.requestId).filter((id) => wanted.has(id));
  const until = performance.now() + 60_000;
  while ((await answered()).length < ids.length && performance.now() < until) await sleep(100);
  return answered();
}

async function makeAnew(harness: Harness, admin: kafkajs.Admin): Promise<void> {
  const topic = `${harness.topicPrefix}inference.requests`;
  await admin.deleteTopics({ topics: [topic] });
  while ((await admin.listTopics()).includes(topic)) await sleep(50);
  for (;;) {
    try {
      await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: false });
      return;
    } catch {
      await sleep(100);
    }
  }
}

test('requests of a topic that was made anew while the service was stopped are all answered', async () => {
  await withAdmin(async (harness, admin) => {
    await harness.registerSum('m', 0);
    const first = await harness.start();
    await sendTo(harness, PARTITION, named('old', 5));
    assert.equal((await answersTo(harness, named('old', 5))).length, 5);
    assert.equal(await first.stop('SIGTERM'), 0);

    await makeAnew(harness, admin);
    await sendTo(harness, PARTITION, named('anew', 20));
    const second = await harness.start();
    assert.deepEqual(await answersTo(harness, named('anew', 20)), named('anew', 20));
    assert.match(second.log(), /made anew/);

    // After a restart the answers to the new requests count, and the old ones still do not.
    assert.equal(await second.stop('SIGKILL'), null);
    await sendTo(harness, PARTITION, named('more', 3));
    const third = await harness.start();
    assert.deepEqual(await answersTo(harness, named('more', 3)), named('more', 3));
    assert.equal((await harness.answers()).length, 28, 'and nothing is answered twice');
    assert.doesNotMatch(third.log(), /made anew/);
  });
});

test('requests of a topic that is made anew under a running service are all answered', async () => {
  await withAdmin(async (harness, admin) => {
    await harness.registerSum('m', 0);
    const instance = await harness.start();
    await sendTo(harness, PARTITION, named('old', 5));
    assert.equal((await answersTo(harness, named('old', 5))).length, 5);
    await makeAnew(harness, admin);
    await sendTo(harness, PARTITION, named('anew', 20));
    assert.deepEqual(await answersTo(harness, named('anew', 20)), named('anew', 20));
    assert.equal(await instance.stop('SIGTERM'), 0, instance.log());
  });
});

test('partitions that are added to requests and predictions are served; until both have them their requests wait', async () => {
  await withAdmin(async (harness, admin) => {
    await harness.registerSum('m', 0);
    const instance = await harness.start();
    const grow = (topic: string) =>
      admin.createPartitions({ topicPartitions: [{ topic: `${harness.topicPrefix}${topic}`, count: 6 }] });
    await grow('inference.requests');
    await sendTo(harness, 5, named('new', 10));
    await sendTo(harness, PARTITION, named('old', 10));
    assert.equal((await answersTo(harness, named('old', 10))).length, 10, 'the others go on');
    await grow('inference.predictions');
    assert.deepEqual(await answersTo(harness, named('new', 10)), named('new', 10));
    assert.equal(await instance.stop('SIGTERM'), 0, instance.log());
    assert.equal((await harness.answers()).length, 20);
  });
});
