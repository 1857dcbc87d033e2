import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { label, prediction, request } from './support/records.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

const WEEK_MS = 7 * 86_400_000;
const WEEKS = 150;
const eventTime = (week: number) => Date.UTC(1996, 4, 7) + week * WEEK_MS;

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
});
after(() => parts.close());

const partitions = async (name: string) => {
  const [row] = await parts.warehouse.query<{ n: number }>(
    `SELECT uniqExact(partition) AS n FROM system.parts
     WHERE database = {database:String} AND table = {table:String} AND active AND rows > 0`,
    { database: parts.warehouse.database, table: `stored_${name}` },
  );
  return row?.n ?? 0;
};
const count = async (name: string) => {
  const [row] = await parts.warehouse.query<{ n: number }>(
    `SELECT count() AS n FROM ${parts.warehouse.database}.${name}`,
  );
  return row?.n;
};
const merge = (name: string) =>
  parts.warehouse.query(`OPTIMIZE TABLE ${parts.warehouse.database}.stored_${name} FINAL`);

test('history from 1996 that is replayed today neither expires nor makes many partitions', async () => {
  const weeks = Array.from({ length: WEEKS }, (_, week) => ({
    key: `w${week}`,
    common: { requestId: `w${week}`, eventTime: eventTime(week) },
  }));
  const { producer } = parts;
  await producer.send(
    'inference.requests',
    weeks.map(({ key, common }) => ({ key, value: request(common) })),
  );
  await producer.send(
    'inference.predictions',
    weeks.map(({ key, common }, i) => ({ key, value: prediction({ ...common, requestOffset: i }) })),
  );
  await producer.send(
    'inference.labels',
    weeks.map(({ key, common }) => ({ key, value: label(common) })),
  );
  await parts.settled('inference.requests', 'inference.predictions', 'inference.labels');
  for (const name of ['requests', 'predictions', 'labels']) {
    await merge(name);
    assert.equal(await count(name), WEEKS, name);
    // Two where the week ends while the test runs.
    assert.ok((await partitions(name)) <= 2, name);
  }
});

test('records that bear Kafka timestamps from 1996 expire, and do not stop the ones after them', async () => {
  const { producer } = parts;
  const before = (await count('requests')) ?? 0;
  await producer.send(
    'inference.requests',
    Array.from({ length: WEEKS }, (_, week) => ({
      key: `old${week}`,
      partition: 0,
      timestamp: eventTime(week),
      value: request({ requestId: `old${week}` }),
    })),
  );
  await producer.send('inference.requests', [
    { key: 'new', partition: 0, value: request({ requestId: 'new' }) },
  ]);
  const [end] = (await parts.bus.offsets('inference.requests')).filter(({ partition }) => partition === 0);
  await parts.warehouse.waitForIngest('inference.requests', [{ partition: 0, offset: end?.high ?? 0 }]);
  await merge('requests');
  assert.equal(await count('requests'), before + 1);
});
