import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { Kafka, logLevel } from 'kafkajs';
import { type LocalStack, startLocal } from '../src/index.ts';
import './fixtures/own-parts.ts';

/** As many as driftloop has, since every Kafka table takes a thread of the engine. */
const TOPICS = Array.from({ length: 12 }, (_, i) => `engine.topic-${i}`);
const SCHEMA = {
  type: 'record',
  name: 'Reading',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'values', type: { type: 'array', items: 'float' } },
  ],
};

let dataDir: string;
let stack: LocalStack;

before(async () => {
  // It kills the engine: parts that the environment names belong to others.
  for (const name of ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL']) delete process.env[name];
  dataDir = await mkdtemp(join(tmpdir(), 'driftloop-engine-'));
  stack = await startLocal({ dataDir });
});
after(() => stack.stop());

test('twelve Kafka tables with AvroConfluent feed their tables, also after a kill -9 of the engine', async () => {
  const schemaIds = await Promise.all(TOPICS.map(registerSchema));
  await createTopics();
  const client = createClient({ url: stack.env.CLICKHOUSE_URL });
  await client.command({ query: 'CREATE DATABASE engine' });
  for (const [index, topic] of TOPICS.entries()) {
    await client.command({
      query: `CREATE TABLE engine.rows_${index} (id Int64, values Array(Float32), partition UInt64, offset UInt64)
        ENGINE = MergeTree ORDER BY (partition, offset)`,
    });
    await client.command({
      query: `CREATE TABLE engine.queue_${index} (id Int64, values Array(Float32)) ENGINE = Kafka SETTINGS
        kafka_broker_list = '${stack.env.KAFKA_BROKERS}', kafka_topic_list = '${topic}', kafka_group_name = 'engine-${index}',
        kafka_format = 'AvroConfluent', format_avro_schema_registry_url = '${stack.env.SCHEMA_REGISTRY_URL}',
        kafka_flush_interval_ms = 500`,
    });
    await client.command({
      query: `CREATE MATERIALIZED VIEW engine.pipe_${index} TO engine.rows_${index} AS
        SELECT id, values, _partition AS partition, _offset AS offset FROM engine.queue_${index}`,
    });
  }
  await produce(schemaIds, 0, 100);
  await expectRows(client, 100);
  await client.close();

  const engine = stack.parts.find(({ name }) => name === 'clickhouse');
  assert.ok(engine?.pid !== undefined);
  process.kill(engine.pid, 'SIGKILL');
  await produce(schemaIds, 100, 200);
  await stack.stop();
  stack = await startLocal({ dataDir, temporary: true });
  const again = createClient({ url: stack.env.CLICKHOUSE_URL });
  await expectRows(again, 200);
  const [first] = await (
    await again.query({ query: 'SELECT * FROM engine.rows_3 WHERE id = 7', format: 'JSONEachRow' })
  ).json<{ values: number[] }>();
  assert.deepEqual(first?.values, [7, 7.5]);
  await again.close();
});

async function registerSchema(topic: string): Promise<number> {
  const response = await fetch(`${stack.env.SCHEMA_REGISTRY_URL}/subjects/${topic}-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(SCHEMA) }),
  });
  const body: unknown = await response.json();
  assert.ok(typeof body === 'object' && body !== null && 'id' in body);
  return Number(body.id);
}

function connect(): Kafka {
  return new Kafka({ brokers: [stack.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING });
}

async function createTopics(): Promise<void> {
  const admin = connect().admin();
  await admin.connect();
  await admin.createTopics({
    topics: TOPICS.map((topic) => ({ topic, numPartitions: 4 })),
    waitForLeaders: true,
  });
  await admin.disconnect();
}

async function produce(schemaIds: readonly number[], from: number, to: number): Promise<void> {
  const producer = connect().producer({ idempotent: true });
  await producer.connect();
  const topicMessages = TOPICS.map((topic, index) => ({
    topic,
    messages: Array.from({ length: to - from }, (_, i) => ({
      key: `${from + i}`,
      value: encode(schemaIds[index] ?? 0, from + i),
    })),
  }));
  await producer.sendBatch({ topicMessages });
  await producer.disconnect();
}

/**
 * Confluent wire format around {id: long, values: [id, id + 0.5]}; an array is a block of its
 * count, its items and a zero.
 */
function encode(schemaId: number, id: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeInt32BE(schemaId, 1);
  const items = Buffer.alloc(8);
  items.writeFloatLE(id, 0);
  items.writeFloatLE(id + 0.5, 4);
  return Buffer.concat([head, zigzag(id), zigzag(2), items, zigzag(0)]);
}

function zigzag(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

async function expectRows(client: ReturnType<typeof createClient>, count: number): Promise<void> {
  const query = TOPICS.map(
    (_, i) =>
      `SELECT ${i} AS topic, count() AS rows, uniqExact(id) AS ids, uniqExact(partition, offset) AS places FROM engine.rows_${i}`,
  ).join(' UNION ALL ');
  const expected = TOPICS.map((_, topic) => ({ topic, rows: count, ids: count, places: count }));
  for (let tries = 0; ; tries++) {
    const rows = await (
      await client.query({ query: `SELECT * FROM (${query}) ORDER BY topic`, format: 'JSONEachRow' })
    ).json();
    try {
      return assert.deepEqual(rows, expected);
    } catch (error) {
      if (tries === 500) throw error;
      await delay(200);
    }
  }
}
