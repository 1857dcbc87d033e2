import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../src/app.ts';
import type { GatewayContext } from '../src/context.ts';

/** Of what is behind the gateway these routes need next to nothing. */
const CONTEXT = {
  registry: { models: () => [] },
  warehouse: {},
  tokens: { hasTokens: () => false },
  now: () => 0,
} as unknown as GatewayContext;
let folder: string;
let app: FastifyInstance;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'console-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<script nonce="__CSP_NONCE__"></script>');
  writeFileSync(join(folder, 'assets', 'index-1.js'), 'export {};');
  app = await buildWith(folder);
});
after(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

function buildWith(consoleDir: string): Promise<FastifyInstance> {
  return buildApp(CONTEXT, { token: '', rateLimit: 1_000, bodyLimitBytes: 2_000, consoleDir });
}
/** What a browser asks for. */
const html = { accept: 'text/html,*/*' };

test('browsers get from / to the console, and every address below it is a page', async () => {
  const start = await app.inject({ url: '/', headers: html });
  assert.equal(start.statusCode, 302);
  assert.equal(start.headers.location, '/ui/');
  for (const url of ['/ui/', '/ui/models/elec/drift?from=1', '/ui/..%2f..%2fetc/passwd']) {
    const page = await app.inject({ url, headers: html });
    assert.equal(page.statusCode, 200, url);
    assert.match(String(page.headers['content-type']), /^text\/html/);
  }
});

test('the API keeps its addresses', async () => {
  const start = await app.inject({ url: '/', headers: { accept: 'application/json' } });
  assert.equal(start.statusCode, 404);
  assert.equal(start.json().code, 'NOT_FOUND');
  assert.equal((await app.inject('/models')).statusCode, 200);
});

test('a page takes scripts from its gateway alone, and styles with the nonce of this answer', async () => {
  const [one, other] = [await app.inject('/ui/'), await app.inject('/ui/')];
  const policy = String(one.headers['content-security-policy']);
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
  assert.ok(nonce.length >= 22);
  assert.equal(one.body, `<script nonce="${nonce}"></script>`);
  assert.notEqual(one.body, other.body);
  assert.match(policy, /default-src 'none'; script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|\*/);
});

test('files are kept by browsers for ever, the page is asked for each time', async () => {
  const file = await app.inject('/ui/assets/index-1.js');
  assert.equal(file.body, 'export {};');
  assert.match(String(file.headers['cache-control']), /immutable/);
  assert.equal((await app.inject('/ui/')).headers['cache-control'], 'no-cache');
  assert.equal((await app.inject('/ui/assets/..%2findex.html')).statusCode === 200, false);
});

test('a gateway without a built console says how it is built', async () => {
  const bare = await buildWith(join(folder, 'nothing'));
  const answer = await bare.inject('/ui/models');
  assert.equal(answer.statusCode, 404);
  assert.match(answer.body, /npm run console:build/);
  await bare.close();
});
