import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import kafkajs from 'kafkajs';
import { request } from './support/records.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
});
after(() => parts.close());

test('partitions that are added to a topic are read, long before the 5 minutes that ClickHouse would take by itself', async () => {
  const { producer, env, topicPrefix } = parts;
  const send = (partition: number) =>
    producer.send('inference.requests', [
      { key: 'r', partition, value: request({ requestId: `r${partition}` }) },
    ]);
  await send(0);
  await parts.settled('inference.requests');
  const kafka = new kafkajs.Kafka({ brokers: [env.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createPartitions({
    topicPartitions: [{ topic: `${topicPrefix}inference.requests`, count: 6 }],
  });
  await admin.disconnect();
  await send(5);
  await parts.warehouse.waitForIngest('inference.requests', [{ partition: 5, offset: 1 }], {
    timeoutMs: 120_000,
  });
  const rows = await parts.warehouse.query<{ id: string }>(
    `SELECT request_id AS id FROM ${parts.warehouse.database}.requests ORDER BY id`,
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['r0', 'r5'],
  );
});
