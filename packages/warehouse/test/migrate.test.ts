import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { LocalEnv } from '@driftloop/local';
import { testStack } from '@driftloop/local';
import { withClaim } from '../src/migrations/claim.ts';
import { MIGRATIONS, type MigrateOptions, migrate } from '../src/migrations/migrate.ts';
import { createSqlClient, type SqlClient } from '../src/sql-client.ts';
import { STORED_TABLES } from '../src/tables.ts';
import { logger, warehouseOn } from './support/test-warehouse.ts';

let env: LocalEnv;
let client: SqlClient;
let folder: string;
let release: () => Promise<void>;
let prefix: string;
const databases: string[] = [];
before(async () => {
  const stack = await testStack();
  ({ env, release, topicPrefix: prefix } = stack);
  client = createSqlClient(env.CLICKHOUSE_URL, 10_000);
  folder = await mkdtemp(join(tmpdir(), 'driftloop-migrations-'));
});
after(async () => {
  await Promise.all(databases.map((name) => client.command(`DROP DATABASE IF EXISTS ${name} SYNC`)));
  await client.close();
  await rm(folder, { recursive: true });
  await release();
});

/** Options for a database of its own, with a copy of the migrations that a test may change. */
async function fresh(name: string): Promise<MigrateOptions & { folder: URL }> {
  const database = `driftloop_${prefix.replace('.', '')}_${name}`;
  databases.push(database);
  const copy = join(folder, name);
  await cp(MIGRATIONS, copy, { recursive: true });
  return {
    client,
    database,
    logger,
    folder: pathToFileURL(`${copy}/`),
    ingest: {
      kafkaBrokers: [env.KAFKA_BROKERS],
      registryUrl: env.SCHEMA_REGISTRY_URL,
      topicPrefix: `${prefix}${name}.`,
    },
  };
}

const queueOf = async (database: string, name: string) => {
  const [row] = await client.rows<{ sql: string }>(
    'SELECT create_table_query AS sql FROM system.tables WHERE database = {database:String} AND name = {name:String}',
    { database, name },
  );
  return row?.sql ?? '';
};

const STORED_TOPICS = Object.keys(STORED_TABLES).length;
const groupOf = (queue: string) => /kafka_group_name = '([^']+)'/.exec(queue)?.[1];

test('many at once: each migration runs in one of them, and all find the same database', async () => {
  const options = await fresh('many');
  const results = await Promise.all(Array.from({ length: 6 }, () => migrate(options)));
  const applied = results.map((result) => result.applied.length).sort((a, b) => a - b);
  assert.deepEqual(applied.slice(0, 5), [0, 0, 0, 0, 0]);
  const migrations = (await readdir(options.folder)).filter((name) => name.endsWith('.sql'));
  assert.deepEqual(
    results.flatMap((result) => result.applied).filter((name) => name.startsWith('0')),
    migrations.sort().map((name) => name.replace(/\.sql$/, '')),
  );
  assert.equal(
    results.flatMap((result) => result.applied).filter((name) => name.startsWith('connect')).length,
    STORED_TOPICS,
  );
  assert.deepEqual(await migrate(options), { applied: [] });
});

test('a migration that has run and was changed is refused by name', async () => {
  const options = await fresh('changed');
  await migrate(options);
  const file = new URL('002-drift.sql', options.folder);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll('\n', '\r\n'));
  assert.deepEqual(await migrate(options), { applied: [] }, 'line ends are no change');
  await writeFile(file, `${text}\n-- changed\n`);
  await assert.rejects(migrate(options), {
    code: 'MIGRATION_CHANGED',
    retriable: false,
    message: /002-drift/,
  });
});

test('a new migration runs once, on top of what is there', async () => {
  const options = await fresh('grown');
  await migrate(options);
  await writeFile(
    new URL('900-more.sql', options.folder),
    'CREATE TABLE IF NOT EXISTS {{database}}.more (a UInt8) ENGINE = Memory;\n\nINSERT INTO {{database}}.more VALUES (1);\n',
  );
  const results = await Promise.all([migrate(options), migrate(options)]);
  assert.deepEqual(
    results.flatMap((result) => result.applied),
    ['900-more'],
  );
  assert.deepEqual(await client.rows(`SELECT count() AS n FROM ${options.database}.more`), [{ n: 1 }]);
});

describe('connections', () => {
  let options: MigrateOptions;
  const elsewhere = (fields: Partial<MigrateOptions> = {}) => ({
    ...options,
    ...fields,
    ingest: { ...options.ingest, kafkaBrokers: ['elsewhere:9092'] },
  });
  before(async () => {
    options = await fresh('connected');
    await migrate(elsewhere());
  });

  test('other addresses connect the topics again, and the consumer groups stay', async () => {
    const before = await queueOf(options.database, 'queue_requests');
    assert.match(before, /elsewhere:9092/);
    const { applied } = await migrate(options);
    assert.equal(applied.length, STORED_TOPICS);
    const now = await queueOf(options.database, 'queue_requests');
    assert.ok(now.includes(env.KAFKA_BROKERS));
    assert.equal(groupOf(now), groupOf(before));
  });

  test('a connection that was lost half-way is made again', async () => {
    await client.command(`DROP VIEW ${options.database}.ingest_signals SYNC`);
    assert.deepEqual(await migrate(options), { applied: ['connect drift.signals'] });
  });

  test('with reconnect off, connections that exist are left as they are', async () => {
    await client.command(`DROP VIEW ${options.database}.ingest_labels SYNC`);
    assert.deepEqual(await migrate(elsewhere({ reconnect: false })), {
      applied: ['connect inference.labels'],
    });
    assert.ok((await queueOf(options.database, 'queue_requests')).includes(env.KAFKA_BROKERS));
  });

  test('a checksum knows neither host nor database', async () => {
    const other = await fresh('other');
    await migrate(other);
    const checksums = ({ database }: MigrateOptions) =>
      client.rows(`SELECT name, checksum FROM ${database}.migrations FINAL ORDER BY name`);
    assert.deepEqual(await checksums(other), await checksums(options));
  });

  test('a database that a newer release has migrated is left to it', async () => {
    await client.command(
      `INSERT INTO ${options.database}.migrations (name, checksum) SELECT '950-from-the-future', 'x'`,
    );
    assert.deepEqual(await migrate(elsewhere()), { applied: [] });
    assert.ok((await queueOf(options.database, 'queue_requests')).includes(env.KAFKA_BROKERS));
  });
});

test('a database that is made again reads its topics from the start', async () => {
  const options = await fresh('again');
  await migrate(options);
  const before = await queueOf(options.database, 'queue_requests');
  await client.command(`DROP DATABASE ${options.database} SYNC`);
  await migrate(options);
  const group = /kafka_group_name = '([^']+)'/;
  assert.notEqual(
    group.exec(await queueOf(options.database, 'queue_requests'))?.[1],
    group.exec(before)?.[1],
  );
});

test('the claim of a process that died is taken over', async () => {
  const { database } = await fresh('claimed');
  await client.command(`CREATE DATABASE ${database}`);
  await client.command(
    `CREATE TABLE ${database}.migration_claim (holder String) ENGINE = Memory COMMENT 'dead'`,
  );
  let running = 0;
  const work = async () => {
    running += 1;
    assert.equal(running, 1, 'one at a time');
    await new Promise((resolve) => setTimeout(resolve, 100));
    running -= 1;
    return 'done';
  };
  const claims = [1, 2, 3].map(() => withClaim(client, database, work, { staleAfterSeconds: 1 }));
  assert.deepEqual(await Promise.all(claims), ['done', 'done', 'done']);
});

test('a prefix names the database; what is no name is refused', () => {
  const names = ['', 'a.', 'team-a.tests.', 'x__y'].map((topicPrefix) => {
    const warehouse = warehouseOn(env, topicPrefix);
    return warehouse.database;
  });
  assert.deepEqual(names, ['driftloop', 'driftloop_a', 'driftloop_team_a_tests', 'driftloop_x_y']);
});
