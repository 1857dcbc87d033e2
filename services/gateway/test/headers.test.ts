import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../src/app.ts';
import type { GatewayContext } from '../src/context.ts';

const tokens = { hasTokens: () => false };
const registry = { models: () => [] };
const UNUSED = { registry, warehouse: {}, tokens } as unknown as GatewayContext;
let app: FastifyInstance;

before(async () => {
  app = await buildApp(UNUSED, {
    token: '',
    rateLimit: 20,
    bodyLimitBytes: 2_000,
    cors: ['https://app.example'],
    publicUrl: 'https://driftloop.example',
  });
});
after(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers });

test('pages load nothing from elsewhere, run no script that stands in them, and are framed by nobody', async () => {
  for (const url of ['/me', '/nothing', '/models']) {
    const policy = String((await get(url)).headers['content-security-policy']);
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  }
  const { headers } = await get('/me');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(String(headers['strict-transport-security']), /max-age/);
});

test('pages of named origins may read answers, and of no other', async () => {
  const allowed = async (origin: string) =>
    (await get('/models', { origin })).headers['access-control-allow-origin'];
  assert.equal(await allowed('https://app.example'), 'https://app.example');
  assert.equal(await allowed('https://app.example.evil.example'), undefined);
  assert.equal(await allowed('null'), undefined);
  const asked = await app.inject({
    method: 'OPTIONS',
    url: '/models/m/retrain',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
  });
  assert.equal(asked.statusCode, 204);
  // A cookie is for pages of the gateway itself.
  assert.equal(asked.headers['access-control-allow-credentials'], undefined);
});

test('calls that are refused are counted, too', async () => {
  const statuses = new Set<number>();
  for (let i = 0; i < 25; i++) statuses.add((await get('/models', { host: 'evil.example' })).statusCode);
  assert.deepEqual([...statuses], [401, 429]);
});
