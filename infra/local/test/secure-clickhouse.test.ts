import './fixtures/own-parts.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { refusedCertificate } from '@driftloop/errors';
import { type LocalStack, startLocal } from '../src/index.ts';

let stack: LocalStack;
let dataDir: string;
const clients: ClickHouseClient[] = [];

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'driftloop-secure-'));
  stack = await startLocal({ dataDir, temporary: true, secure: true, kafka: false, registry: false });
});

after(async () => {
  for (const client of clients) await client.close();
  await stack?.stop();
});

const fileOf = (name: string) => readFileSync(join(dataDir, 'secure', name));
const password = () => fileOf('clickhouse.driftloop.password').toString().trim();

async function ask(options: ClickHouseClientConfigOptions): Promise<unknown> {
  const client = createClient({
    url: stack.env.CLICKHOUSE_URL,
    log: { level: ClickHouseLogLevel.OFF },
    ...options,
  });
  clients.push(client);
  const result = await client.query({ query: 'SELECT 1 AS one', format: 'JSONEachRow' });
  return result.json();
}

test('the password lets in, over TLS of the own authority', async () => {
  const trusted = { tls: { ca_cert: fileOf('ca.pem') } };
  assert.deepEqual(await ask({ ...trusted, username: 'driftloop', password: password() }), [{ one: 1 }]);
  await assert.rejects(ask({ ...trusted, username: 'driftloop', password: 'wrong' }), { code: '516' });
  await assert.rejects(ask({ ...trusted, username: 'default', password: password() }), { code: '516' });
  const untrusted = await ask({ username: 'driftloop', password: password() }).catch((error) => error);
  assert.match(String(refusedCertificate(untrusted)), /a CA that is not trusted/);
});

test('so does the certificate of the user, and no other', async () => {
  const tls = (name: string) => ({
    ca_cert: fileOf('ca.pem'),
    cert: fileOf(`${name}.cert.pem`),
    key: fileOf(`${name}.key.pem`),
  });
  assert.deepEqual(await ask({ tls: tls('driftloop'), username: 'driftloop' }), [{ one: 1 }]);
  await assert.rejects(ask({ tls: tls('parts'), username: 'driftloop' }), { code: '516' });
});

test('what is secret can be read by its user only', () => {
  const modeOf = (path: string) => (statSync(join(dataDir, path)).mode & 0o777).toString(8);
  for (const name of ['driftloop.key.pem', 'parts.key.pem', 'clickhouse.driftloop.password'])
    assert.equal(modeOf(join('secure', name)), '600', name);
  assert.equal(modeOf('secure'), '700');
});
