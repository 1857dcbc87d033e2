import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { type LocalStack, startLocal } from '../src/index.ts';
import './fixtures/own-parts.ts';

interface Row {
  id: number;
  model: string;
  ts: number;
  score: number;
  vec: number[];
}

let stack: LocalStack;
let client: ClickHouseClient;

const connect = (options: ClickHouseClientConfigOptions = {}): ClickHouseClient =>
  createClient({ url: stack.env.CLICKHOUSE_URL, log: { level: ClickHouseLogLevel.OFF }, ...options });

async function select<T>(query: string, params: Record<string, unknown> = {}, from = client): Promise<T[]> {
  return (await from.query({ query, query_params: params, format: 'JSONEachRow' })).json<T>();
}

const row = (id: number): Row => ({
  id,
  model: `m${id % 5}`,
  ts: 1_763_700_000_000 + id,
  score: Math.sin(id),
  vec: Array.from({ length: 32 }, (_, i) => (id + i) / 8),
});

before(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'driftloop-client-'));
  stack = await startLocal({ dataDir, temporary: true, kafka: false, registry: false });
  client = connect();
  await client.command({
    query: `CREATE TABLE features (id UInt64, model LowCardinality(String), ts DateTime64(3), score Float64, vec Array(Float32))
      ENGINE = MergeTree ORDER BY (model, ts)`,
  });
});
after(async () => {
  await client.close();
  await stack.stop();
});

test('answers pings, with and without a query', async () => {
  assert.equal((await client.ping()).success, true);
  assert.equal((await client.ping({ select: true })).success, true);
});

test('inserts rows and says in the summary how many', async () => {
  const { summary } = await client.insert({
    table: 'features',
    values: Array.from({ length: 1000 }, (_, id) => row(id)),
    format: 'JSONEachRow',
  });
  assert.equal(summary?.written_rows, '1000');
  const [stored] = await select<Row>('SELECT * FROM features WHERE id = 17');
  assert.deepEqual(stored, { ...row(17), ts: '2025-11-21 04:40:00.017' });
});

test('inserts a stream that is larger than one batch, every row once', async () => {
  const count = 11_000;
  await client.command({
    query: 'CREATE TABLE streamed (id UInt64, text String) ENGINE = MergeTree ORDER BY id',
  });
  const padding = 'ä\n"x"'.repeat(150);
  function* rows(): Generator<{ id: number; text: string }> {
    for (let id = 0; id < count; id++) yield { id, text: padding };
  }
  await client.insert({
    table: 'streamed',
    values: Readable.from(rows(), { objectMode: true }),
    format: 'JSONEachRow',
  });
  const [sums] = await select(
    'SELECT count() AS rows, uniqExact(id) AS ids, uniqExact(text) AS texts FROM streamed',
  );
  assert.deepEqual(sums, { rows: count, ids: count, texts: 1 });
});

test('binds typed parameters, in the URL and in a multipart body', async () => {
  const text = `it's a \\ "q"\n tab\t; DROP {x:UInt8} 'ä'`;
  const params = {
    x: 41,
    text,
    list: [1, 2, 3],
    texts: ["a'b", 'c\\d', 'e,f'],
    time: new Date('2026-01-02T03:04:05Z'),
    nothing: null,
    yes: true,
    table: 'features',
  };
  const query = `SELECT {x:UInt32} + 1 AS x, {text:String} AS text, {list:Array(UInt32)} AS list, {texts:Array(String)} AS texts,
    {time:DateTime} AS time, {nothing:Nullable(String)} AS nothing, {yes:Bool} AS yes,
    (SELECT count() > 0 FROM {table:Identifier}) AS found`;
  const expected = {
    x: 42,
    text,
    list: params.list,
    texts: params.texts,
    time: '2026-01-02 03:04:05',
    nothing: null,
    yes: true,
    found: 1,
  };
  assert.deepEqual(await select(query, params), [expected]);
  const result = await client.query({
    query,
    query_params: params,
    use_multipart_params: true,
    format: 'JSONEachRow',
  });
  assert.deepEqual(await result.json(), [expected]);
});

test('takes parameters of a megabyte', async () => {
  const ids = Array.from({ length: 30_000 }, (_, i) => `request-${i}-${'x'.repeat(24)}`);
  const query = 'SELECT length({ids:Array(String)}) AS ids, {ids:Array(String)}[-1] AS last';
  const result = await client.query({
    query,
    query_params: { ids },
    use_multipart_params_auto: true,
    format: 'JSONEachRow',
  });
  assert.deepEqual(await result.json(), [{ ids: ids.length, last: ids.at(-1) }]);
});

test('a parameter that is not given is an error, also right after a query that had it', async () => {
  assert.deepEqual(await select('SELECT {secret:String} AS s', { secret: 'x' }), [{ s: 'x' }]);
  await assert.rejects(select('SELECT {secret:String} AS s'), {
    code: '456',
    type: 'UNKNOWN_QUERY_PARAMETER',
  });
});

test('returns whole documents (JSON) and rows, small and large', async () => {
  const result = await client.query({
    query: 'SELECT number AS n, toString(n) AS s FROM numbers(100000)',
    format: 'JSON',
  });
  const document = await result.json<{ n: number }>();
  assert.equal(document.rows, 100_000);
  assert.equal(document.data.at(-1)?.n, 99_999);
  assert.deepEqual(
    document.meta?.map(({ type }) => type),
    ['UInt64', 'String'],
  );
  let [rows, sum] = [0, 0];
  const stream = await client.query({
    query: 'SELECT number AS n FROM numbers(100000)',
    format: 'JSONCompactEachRow',
  });
  for await (const chunk of stream.stream<[number]>()) {
    for (const { text } of chunk) {
      rows++;
      sum += Number(text.slice(1, -1));
    }
  }
  assert.deepEqual([rows, sum], [100_000, (100_000 * 99_999) / 2]);
});

for (const codec of ['gzip', 'zstd', 'br'] as const) {
  test(`compresses both ways with ${codec}`, async () => {
    const compressed = connect({ compression: { request: { codec }, response: { codec } } });
    await compressed.command({
      query: `CREATE TABLE packed_${codec} (id UInt64, text String) ENGINE = Memory`,
    });
    const values = Array.from({ length: 500 }, (_, id) => ({ id, text: 'ab'.repeat(id) }));
    await compressed.insert({ table: `packed_${codec}`, values, format: 'JSONEachRow' });
    assert.deepEqual(await select(`SELECT * FROM packed_${codec} ORDER BY id`, {}, compressed), values);
    await assert.rejects(select('SELECT * FROM missing', {}, compressed), { code: '60' });
    await compressed.close();
  });
}

for (const [name, query, code, type] of [
  ['an unknown table', 'SELECT * FROM missing', '60', 'UNKNOWN_TABLE'],
  ['a syntax error', 'selec 1', '62', 'SYNTAX_ERROR'],
  ['a value that does not parse', "SELECT toUInt8('abc')", '6', 'CANNOT_PARSE_TEXT'],
  ['an unknown database', 'SELECT * FROM missing.t', '81', 'UNKNOWN_DATABASE'],
  ['a second statement', 'SELECT 1; SELECT 2', '62', 'SYNTAX_ERROR'],
] as const) {
  test(`reports ${name} with its code and type`, async () => {
    await assert.rejects(select(query), (error: unknown) => {
      assert.ok(error instanceof ClickHouseError);
      assert.deepEqual([error.code, error.type], [code, type]);
      return true;
    });
  });
}

test('reports an error that comes after a part of the rows', async () => {
  const result = await client.query({
    query:
      'SELECT throwIf(number = 900000) AS t, number FROM numbers(1000000) SETTINGS max_threads = 1, max_block_size = 1000',
    format: 'JSONEachRow',
  });
  let rows = 0;
  await assert.rejects(
    async () => {
      for await (const chunk of result.stream()) rows += chunk.length;
    },
    { code: '395', type: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO' },
  );
  assert.ok(rows > 1000);
});

test('refuses rows that do not parse and stores none of them', async () => {
  await client.command({ query: 'CREATE TABLE strict (id UInt64) ENGINE = MergeTree ORDER BY id' });
  const values = [{ id: 1 }, { id: 'xx' }];
  await assert.rejects(client.insert({ table: 'strict', values, format: 'JSONEachRow' }), { code: '27' });
  assert.deepEqual(await select('SELECT * FROM strict'), []);
});

test('applies settings to their own query only', async () => {
  const result = await client.query({
    query: 'SELECT number FROM numbers(100)',
    format: 'JSONEachRow',
    clickhouse_settings: { limit: '3', output_format_json_quote_64bit_integers: 1 },
  });
  assert.deepEqual(await result.json(), [{ number: '0' }, { number: '1' }, { number: '2' }]);
  assert.equal((await select('SELECT number FROM numbers(100)')).length, 100);
  const clickhouse_settings: Record<string, string> = { no_such_setting: '1' };
  await assert.rejects(client.command({ query: 'SELECT 1', clickhouse_settings }), { code: '115' });
});

test('drops a repeated insert by its deduplication token, and no batch of a large one', async () => {
  await client.command({
    query:
      'CREATE TABLE once (id UInt64, text String) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000',
  });
  const padding = 'x'.repeat(1000);
  const values = Array.from({ length: 11_000 }, (_, id) => ({ id, text: padding }));
  for (let i = 0; i < 2; i++) {
    await client.insert({
      table: 'once',
      values,
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: 'token-1' },
    });
  }
  assert.deepEqual(await select('SELECT count() AS rows, uniqExact(id) AS ids FROM once'), [
    { rows: 11_000, ids: 11_000 },
  ]);
});

test('inserts by columns, by position, with quoted names, and from a query', async () => {
  await client.command({
    query: 'CREATE TABLE `we ird` (id UInt64, `a b` String) ENGINE = MergeTree ORDER BY id',
  });
  await client.insert({ table: '`we ird`', values: [{ id: 1, 'a b': 'x' }], format: 'JSONEachRow' });
  await client.insert({ table: '`we ird`', values: [[2, 'y']], format: 'JSONCompactEachRow' });
  await client.insert({ table: '`we ird`', values: [{ id: 3 }], format: 'JSONEachRow', columns: ['id'] });
  await client.command({ query: "INSERT INTO `we ird` SELECT 4, 'FORMAT TSV'" });
  await client.command({ query: "INSERT INTO `we ird` VALUES (5, 'a;b')" });
  assert.deepEqual(await select('SELECT * FROM `we ird` ORDER BY id'), [
    { id: 1, 'a b': 'x' },
    { id: 2, 'a b': 'y' },
    { id: 3, 'a b': '' },
    { id: 4, 'a b': 'FORMAT TSV' },
    { id: 5, 'a b': 'a;b' },
  ]);
  await client.insert({ table: '`we ird`', values: [], format: 'JSONEachRow' });
});

test('keeps the databases of concurrent queries apart', async () => {
  const databases = ['left', 'right'];
  const clients = databases.map((database) => connect({ database }));
  for (const [index, database] of databases.entries()) {
    await client.command({ query: `CREATE DATABASE ${database}` });
    await clients[index]?.command({ query: 'CREATE TABLE t (name String) ENGINE = MergeTree ORDER BY name' });
    await clients[index]?.insert({ table: 't', values: [{ name: database }], format: 'JSONEachRow' });
  }
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const own = clients[i % 2] ?? client;
      const [first] = await select<{ name: string; x: number }>(
        'SELECT name, {i:UInt32} AS x FROM t',
        { i },
        own,
      );
      return `${first?.name} ${first?.x}`;
    }),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 200 }, (_, i) => `${databases[i % 2]} ${i}`),
  );
  for (const each of clients) await each.close();
  const missing = connect({ database: 'nowhere' });
  await assert.rejects(select('SELECT 1', {}, missing), { code: '81' });
  await missing.close();
});
