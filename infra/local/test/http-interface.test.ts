import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type LocalStack, startLocal } from '../src/index.ts';
import './fixtures/own-parts.ts';

let stack: LocalStack;
let url: string;

before(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'driftloop-http-'));
  stack = await startLocal({ dataDir, temporary: true, kafka: false, registry: false });
  url = stack.env.CLICKHOUSE_URL;
});
after(() => stack.stop());

async function post(
  query: string,
  body?: RequestInit['body'],
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/?${query}`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
}

async function expectText(response: Response, status: number, text: string | RegExp): Promise<void> {
  const body = await response.text();
  if (typeof text === 'string') assert.equal(body, text);
  else assert.match(body, text);
  assert.equal(response.status, status, body);
}

test('answers health checks', async () => {
  await expectText(await fetch(`${url}/ping`), 200, 'Ok.\n');
  await expectText(await fetch(url), 200, 'Ok.\n');
  await expectText(await fetch(`${url}/replicas_status`), 200, 'Ok.\n');
});

test('refuses unknown paths and methods', async () => {
  await expectText(await fetch(`${url}/nowhere`), 404, /no handle \/nowhere/);
  await expectText(await fetch(url, { method: 'PUT' }), 405, '');
});

test('runs a query from the URL, from the body, or from both', async () => {
  await expectText(await fetch(`${url}/?query=SELECT%201`), 200, '1\n');
  await expectText(await post('', 'SELECT 2'), 200, '2\n');
  await expectText(await post('query=SELECT', '3 AS x FORMAT JSONEachRow'), 200, '{"x":3}\n');
  await expectText(await post('default_format=CSV', "SELECT 'a', 4;"), 200, '"a",4\n');
});

test('says in headers what it answers', async () => {
  const { headers } = await post('query_id=abc', 'SELECT 1 AS x FORMAT JSON');
  assert.equal(headers.get('x-clickhouse-query-id'), 'abc');
  assert.equal(headers.get('x-clickhouse-format'), 'JSON');
  assert.equal(headers.get('content-type'), 'application/json; charset=UTF-8');
  assert.ok(headers.get('x-clickhouse-timezone'));
  assert.match(headers.get('x-clickhouse-summary') ?? '', /"result_bytes":"\d+"/);
});

test('a GET may read and not write', async () => {
  const query = encodeURIComponent('CREATE TABLE by_get (id UInt8) ENGINE = Memory');
  const response = await fetch(`${url}/?query=${query}`);
  assert.equal(response.headers.get('x-clickhouse-exception-code'), '164');
  await expectText(response, 500, /READONLY/);
});

test('maps codes of ClickHouse to HTTP statuses', async () => {
  for (const [sql, status, code] of [
    ['SELEC', 400, 62],
    ['SELECT nothing', 404, 47],
    ['SELECT * FROM nowhere', 404, 60],
    ['SELECT sleep(1) SETTINGS max_execution_time = 0.1', 408, 159],
    ['SELECT throwIf(1)', 500, 395],
    ['  -- nothing\n /* at all */ ', 500, 211],
  ] as const) {
    const response = await post('', sql);
    await expectText(response, status, new RegExp(`^Code: ${code}\\. DB::Exception`));
    assert.equal(response.headers.get('x-clickhouse-exception-code'), String(code));
  }
});

test('refuses what is not the name of a setting, and sessions', async () => {
  await expectText(await post('a%20b=1', 'SELECT 1'), 400, /BAD_ARGUMENTS/);
  await expectText(await post('session_id=x', 'SELECT 1'), 501, /NOT_IMPLEMENTED/);
});

test('refuses bodies that it cannot decompress', async () => {
  await expectText(
    await post('', 'SELECT 1', { 'content-encoding': 'lz77' }),
    500,
    /UNKNOWN_COMPRESSION_METHOD/,
  );
  await expectText(await post('', 'SELECT 1', { 'content-encoding': 'gzip' }), 500, /CANNOT_DECOMPRESS/);
  const cut = gzipSync('SELECT 1').subarray(0, 15);
  await expectText(await post('', cut, { 'content-encoding': 'gzip' }), 500, /CANNOT_DECOMPRESS/);
});

test('refuses a multipart body that is cut off or carries a table', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  await expectText(
    await post('', '--b\r\ncontent-disposition: form-data; name="query"\r\n\r\nSELECT', headers),
    400,
    /cut off/,
  );
  const form = new FormData();
  form.set('query', 'SELECT 1');
  form.set('table', new Blob(['1']), 'table.tsv');
  await expectText(await fetch(url, { method: 'POST', body: form }), 501, /external tables/);
});

test('inserts inline data, from the body alone and behind the URL, text and binary', async () => {
  await post('', 'CREATE TABLE inline (id UInt8, text String) ENGINE = MergeTree ORDER BY id');
  await expectText(await post('', 'INSERT INTO inline FORMAT JSONEachRow\n{"id":1,"text":"ä"}'), 200, '');
  await expectText(await post('query=INSERT%20INTO%20inline%20FORMAT%20TSV', '2\tb\n'), 200, '');
  await expectText(await post('query=INSERT%20INTO%20inline%20FORMAT%20CSV', '3,"c\nc"\n'), 200, '');
  const binary = Buffer.from([4, 2, 0xc3, 0xa4, 5, 1, 0x65]);
  await expectText(await post('query=INSERT%20INTO%20inline%20FORMAT%20RowBinary', binary), 200, '');
  const whole = Buffer.concat([
    Buffer.from('INSERT INTO inline FORMAT RowBinary\n'),
    Buffer.from([6, 1, 0xff]),
  ]);
  await expectText(await post('', whole), 200, '');
  await expectText(await post('query=INSERT%20INTO%20inline%20FORMAT%20TSV', ''), 200, '');
  const ids = 'SELECT id, hex(text) FROM inline ORDER BY id FORMAT CSV';
  await expectText(await post('', ids), 200, '1,"C3A4"\n2,"62"\n3,"630A63"\n4,"C3A4"\n5,"65"\n6,"FF"\n');
});

test('a client that goes away during a long result leaves the server working', async () => {
  await new Promise<void>((resolve) => {
    const going = request(url, { method: 'POST' }, (response) => {
      response.once('data', () => {
        response.destroy();
        resolve();
      });
    });
    going.end('SELECT number FROM system.numbers');
  });
  await expectText(await post('', 'SELECT 1'), 200, '1\n');
});

test('a client that goes away during an upload leaves nothing inserted and the server working', async () => {
  await post('', 'CREATE TABLE partial (id UInt64) ENGINE = MergeTree ORDER BY id');
  await new Promise<void>((resolve) => {
    const going = request(`${url}/?query=INSERT%20INTO%20partial%20FORMAT%20TSV`, { method: 'POST' });
    going.on('error', () => resolve());
    going.write('1\n2\n', () => setTimeout(() => going.destroy(new Error('gone')), 50));
  });
  await expectText(await post('', 'SELECT count() FROM partial'), 200, '0\n');
});

test('a hundred queries at once are all answered', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => (await post('', `SELECT ${i}, sleep(0.01)`)).text()),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 100 }, (_, i) => `${i}\t0\n`),
  );
});
