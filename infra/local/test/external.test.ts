import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { test } from 'node:test';
import { externalPart } from '../src/external-part.ts';
import { freePorts } from '../src/ports.ts';

async function listen(status: number): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/base/subjects' || request.url === '/ping' ? status : 599).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { server, address: `127.0.0.1:${address.port}` };
}

test('nothing named in the environment, nothing external', async () => {
  assert.equal(await externalPart('kafka', {}), undefined);
  assert.equal(await externalPart('clickhouse', { CLICKHOUSE_URL: '' }), undefined);
});

test('a named part that answers is taken as it is named', async () => {
  const { server, address } = await listen(200);
  const url = `http://user:secret@${address}`;
  const [closed] = await freePorts(1);
  const brokers = `127.0.0.1:${closed}, ${address}`;
  assert.deepEqual(await externalPart('kafka', { KAFKA_BROKERS: brokers }), { name: 'kafka', url: brokers });
  assert.deepEqual(await externalPart('registry', { SCHEMA_REGISTRY_URL: `${url}/base` }), {
    name: 'registry',
    url: `${url}/base`,
  });
  assert.deepEqual(await externalPart('clickhouse', { CLICKHOUSE_URL: url }), { name: 'clickhouse', url });
  server.close();
});

test('a part that asks for credentials is reachable, one that fails is not', async () => {
  const denying = await listen(401);
  const failing = await listen(503);
  assert.ok(await externalPart('clickhouse', { CLICKHOUSE_URL: `http://${denying.address}` }));
  await assert.rejects(externalPart('clickhouse', { CLICKHOUSE_URL: `http://${failing.address}` }), {
    code: 'WAREHOUSE_UNAVAILABLE',
    message: /HTTP status 503/,
  });
  denying.server.close();
  failing.server.close();
});

test('a named part that cannot be reached is an error that names variable, address and reason', async () => {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  await assert.rejects(externalPart('kafka', { KAFKA_BROKERS: address }), {
    code: 'KAFKA_UNAVAILABLE',
    message: new RegExp(`KAFKA_BROKERS is set to ${address}, but .*ECONNREFUSED`),
  });
  await assert.rejects(externalPart('kafka', { KAFKA_BROKERS: 'localhost' }), {
    message: /'localhost' is not host:port/,
  });
  await assert.rejects(externalPart('registry', { SCHEMA_REGISTRY_URL: `http://${address}` }), {
    code: 'REGISTRY_UNAVAILABLE',
  });
  await assert.rejects(externalPart('clickhouse', { CLICKHOUSE_URL: 'no url' }), {
    code: 'WAREHOUSE_UNAVAILABLE',
  });
});
