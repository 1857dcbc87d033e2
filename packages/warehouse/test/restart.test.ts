import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBus, type TypedProducer } from '@driftloop/bus';
import { isRetriable } from '@driftloop/errors';
import { type LocalStack, startLocal, testStack } from '@driftloop/local';
import type { Warehouse } from '../src/index.ts';
import { label, prediction, request } from './support/records.ts';
import { warehouseOn } from './support/test-warehouse.ts';

// ClickHouse is killed here, so it is one of this file's own; Kafka and the registry are shared.
let dataDir: string;
let clickhouse: LocalStack;
let port: number;
let warehouse: Warehouse;
let producer: TypedProducer;
let settled: () => Promise<void>;
let close: () => Promise<void>;

const PER_ROUND = 4_000;
const ROUNDS = 4;

before(async () => {
  const shared = await testStack();
  dataDir = await mkdtemp(join(tmpdir(), 'driftloop-restart-'));
  await startClickHouse();
  port = Number(new URL(clickhouse.env.CLICKHOUSE_URL).port);
  const env = { ...shared.env, CLICKHOUSE_URL: clickhouse.env.CLICKHOUSE_URL };
  const bus = createBus({
    brokers: [env.KAFKA_BROKERS],
    registryUrl: env.SCHEMA_REGISTRY_URL,
    topicPrefix: shared.topicPrefix,
    clientId: 'restart-test',
  });
  await bus.ensureTopics();
  warehouse = warehouseOn(env, shared.topicPrefix);
  await warehouse.migrate();
  producer = await bus.producer();
  settled = async () => {
    for (const topic of ['inference.requests', 'inference.predictions', 'inference.labels'] as const) {
      const ends = (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
      await warehouse.waitForIngest(topic, ends, { timeoutMs: 90_000 });
    }
  };
  close = async () => {
    await producer.close();
    await bus.close();
    await warehouse.close();
    await clickhouse.stop();
    await rm(dataDir, { recursive: true, force: true });
    await shared.release();
  };
});
after(() => close());

/**
 * Starts this file's ClickHouse on its data, on the port it had; a killed process may hold the port
 * for a moment.
 */
async function startClickHouse(): Promise<void> {
  const named = process.env.CLICKHOUSE_URL;
  delete process.env.CLICKHOUSE_URL;
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        const where = port === undefined ? true : { port };
        clickhouse = await startLocal({ dataDir, kafka: false, registry: false, clickhouse: where });
        return;
      } catch (error) {
        if (!isRetriable(error) || attempt === 50) throw error;
        await sleep(200);
      }
    }
  } finally {
    if (named !== undefined) process.env.CLICKHOUSE_URL = named;
  }
}

async function kill(): Promise<void> {
  const pid = clickhouse.parts.find(({ name }) => name === 'clickhouse')?.pid;
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');
  await clickhouse.stop();
}

/**
 * Sends one round of requests with their answers and labels; one in a hundred answers is written
 * twice.
 */
async function send(round: number): Promise<void> {
  const rows = Array.from({ length: PER_ROUND }, (_, i) => {
    const n = round * PER_ROUND + i;
    return {
      n,
      requestId: `r${n}`,
      partition: n % 4,
      requestOffset: Math.floor(n / 4),
      eventTime: 60_000 * n,
    };
  });
  await producer.send(
    'inference.requests',
    rows.map(({ n, partition, requestId, eventTime }) => ({
      key: requestId,
      partition,
      value: request({ requestId, eventTime, features: Float32Array.of(n, -n) }),
    })),
  );
  await producer.send(
    'inference.predictions',
    rows.flatMap(({ n, partition, requestId, eventTime, requestOffset }) => {
      const value = prediction({
        requestId,
        eventTime,
        requestOffset,
        requestPartition: partition,
        predicted: n % 2,
      });
      const record = { key: requestId, partition, value };
      return n % 100 === 0 ? [record, record] : [record];
    }),
  );
  await producer.send(
    'inference.labels',
    rows.map(({ n, partition, requestId, eventTime }) => ({
      key: requestId,
      partition,
      value: label({ requestId, label: n % 3 === 0 ? 1 : 0, eventTime }),
    })),
  );
}

test('after kill -9 while rows flow in, the rows are those of an undisturbed run', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await send(round);
    // The second and third time it dies with a block half-way, and with a group member that nobody
    // will hear of again.
    if (round === 1 || round === 2) {
      await kill();
      await startClickHouse();
    }
  }
  await settled();

  const total = ROUNDS * PER_ROUND;
  const summary = await warehouse.summary('elec', { compareWith: 1 });
  assert.equal(summary.requests, total);
  assert.equal(summary.answered, total);
  assert.equal(summary.predictions, total);
  assert.equal(summary.lost, 0);
  assert.equal(summary.repeated, total / 100);
  assert.equal(summary.labelled, total);
  const [sums] = await warehouse.query<Record<string, number>>(
    `SELECT
       (SELECT sum(features[1]) FROM ${warehouse.database}.requests) AS features,
       (SELECT sum(predicted) FROM ${warehouse.database}.predictions) AS predicted,
       (SELECT sum(label) FROM ${warehouse.database}.labels) AS labels,
       (SELECT count() FROM ${warehouse.database}.labels) AS count`,
  );
  assert.deepEqual(sums, {
    features: (total * (total - 1)) / 2,
    predicted: total / 2,
    labels: Math.ceil(total / 3),
    count: total,
  });
});

test('while ClickHouse is down a call is tried again, and succeeds when it is back', async () => {
  await kill();
  const answer = warehouse.query('SELECT 1 AS one');
  await startClickHouse();
  assert.deepEqual(await answer, [{ one: 1 }]);
});

test('when ClickHouse stays away the error is retriable', async () => {
  await kill();
  const { createSqlClient } = await import('../src/sql-client.ts');
  const client = createSqlClient(`http://127.0.0.1:${port}`, 200);
  await assert.rejects(client.rows('SELECT 1'), { code: 'WAREHOUSE_UNAVAILABLE', retriable: true });
  await client.close();
  await startClickHouse();
});

test('a statement that ClickHouse refuses is an error that is not retriable', async () => {
  await assert.rejects(warehouse.query('SELECT nonsense'), {
    code: 'WAREHOUSE_UNAVAILABLE',
    retriable: false,
    message: /nonsense/,
  });
});
