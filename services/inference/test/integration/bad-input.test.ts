import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { assertAnsweredOnce } from '../fixtures/exactly-once.ts';
import { createHarness } from '../fixtures/harness.ts';
import { specOf } from '../fixtures/spec.ts';

test('requests that cannot be answered go to dead.letters with their bytes and the reason; the others are answered', async () => {
  const harness = await createHarness(1);
  const { brokers, topicPrefix, producer, bus } = harness;
  const raw = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await raw.connect();
  try {
    await harness.registerSum('m', 0);
    await harness.registry.publishSpec(specOf('planned', { width: 1 }));
    const instance = await harness.start();

    const sendRaw = (value: Buffer | null) =>
      raw.send({
        topic: `${topicPrefix}inference.requests`,
        messages: [{ key: 'raw', value, partition: 0 }],
      });
    const send = (model: string, features: number[]) => {
      const value = { requestId: 'bad', model, eventTime: 0, features: Float32Array.from(features) };
      return producer.send('inference.requests', [{ key: 'bad', value, partition: 0 }]);
    };
    await harness.send('m', 0, 1); // offset 0
    await sendRaw(Buffer.from('{"requestId": "json"}'));
    await sendRaw(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]));
    await sendRaw(null);
    await harness.send('m', 1, 1); // offset 4
    await send('m', [1, 2]);
    await send('m', [Number.NaN]);
    await send('m', [Number.NEGATIVE_INFINITY]);
    await send('nobody', [1]);
    await send('planned', [1]);
    const long = { requestId: 'i'.repeat(490_000), model: 'm', eventTime: 0, features: Float32Array.of(1) };
    await producer.send('inference.requests', [{ key: '', value: long, partition: 0 }]);
    const strange = { ...long, requestId: 'bad', model: 'n'.repeat(990_000) };
    await producer.send('inference.requests', [{ key: '', value: strange, partition: 0 }]);
    await harness.send('m', 2, 1); // offset 12

    const answers = await harness.waitForAnswers(3);
    assertAnsweredOnce(answers, 3, () => 0);
    assert.deepEqual(
      answers.map(({ value }) => value.requestOffset),
      [0, 4, 12],
    );
    const letters = [];
    while (letters.length < 10) {
      letters.length = 0;
      for await (const records of bus.slice('dead.letters', { by: 'offset' }))
        letters.push(...records.map(({ value }) => value));
      await sleep(50);
    }
    assert.deepEqual(
      letters.map(({ offset, code }) => [offset, code]).sort(([a], [b]) => Number(a) - Number(b)),
      [
        [1, 'RECORD_NOT_AVRO'],
        [2, 'RECORD_UNKNOWN_SCHEMA'],
        [3, 'RECORD_NOT_AVRO'],
        [5, 'FEATURES_WRONG_LENGTH'],
        [6, 'FEATURE_NOT_FINITE'],
        [7, 'FEATURE_NOT_FINITE'],
        [8, 'MODEL_UNKNOWN'],
        [9, 'MODEL_NOT_LIVE'],
        [10, 'REQUEST_ID_TOO_LONG'],
        [11, 'MODEL_UNKNOWN'],
      ],
    );
    const json = letters.find(({ offset }) => offset === 1);
    assert.equal(Buffer.from(json?.value ?? []).toString(), '{"requestId": "json"}');
    assert.equal(json?.topic, 'inference.requests');
    assert.match(letters.find(({ offset }) => offset === 5)?.reason ?? '', /has 2 features, model 'm' has 1/);
    assert.equal(await instance.stop('SIGTERM'), 0);
  } finally {
    await raw.disconnect();
    await harness.close();
  }
});

test('topics with different numbers of partitions are refused at the start', async () => {
  const harness = await createHarness(1);
  const admin = new Kafka({ brokers: harness.brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topic = `${harness.topicPrefix}inference.requests`;
    await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    const { code, log } = await harness.startAndEnd();
    assert.equal(code, 1);
    assert.match(log, /inference\.requests has 3 partitions and \S*inference\.predictions has 1/);
  } finally {
    await admin.disconnect();
    await harness.close();
  }
});
