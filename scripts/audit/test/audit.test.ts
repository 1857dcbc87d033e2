import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { judgeAudit } from '../judge.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What the check says where a registry gives this answer to what holes are known. */
async function said(status: number, answer: (asked: Readonly<Record<string, string[]>>) => object) {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const isAudit = request.url?.endsWith('/security/advisories/bulk');
    response
      .writeHead(isAudit ? status : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(isAudit && status === 200 ? answer(JSON.parse(String(text))) : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const child = spawn(process.execPath, ['--no-warnings', MAIN], {
      env: { ...process.env, npm_config_registry: registry, pnpm_config_registry: registry },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const [code] = await once(child, 'close');
    return { code, output };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const hole = (severity: string) => ({
  id: 7,
  url: 'https://example.org/hole',
  title: 'a hole',
  severity,
  vulnerable_versions: '<999.0.0',
  cwe: [],
  cvss: { score: 8, vectorString: null },
});

test('a serious hole in what is run fails, the console\u2019s packages too', async () => {
  const { code, output } = await said(200, ({ react }) => (react ? { react: [hole('critical')] } : {}));
  assert.equal(code, 1, output);
  assert.match(output, /react 19\.\S+ has a hole \(critical\): a hole, https:\/\/example.org\/hole/);
});

test('none that is serious holds; a registry that does not know is a stated reason to skip', async () => {
  const minor = await said(200, () => ({ pino: [hole('low')] }));
  assert.equal(minor.code, 0);
  assert.match(minor.output, /^No hole/);
  const unknowing = await said(405, () => ({}));
  assert.equal(unknowing.code, 0);
  assert.match(unknowing.output, /^skipped: the registry does not answer .*405/);
  assert.doesNotMatch(unknowing.output, /127\.0\.0\.1/);
});

test('what was read and accepted does not count; no answer at all says so', () => {
  const advisory = {
    module_name: 'x',
    severity: 'high',
    title: 't',
    url: 'u',
    patched_versions: '>=2',
    findings: [{ version: '1' }, { version: '1' }],
  };
  const given = { stdout: JSON.stringify({ advisories: { 1: advisory } }), problem: '' };
  assert.deepEqual(judgeAudit(given, new Map([['u', 'read']])), { holes: [] });
  assert.deepEqual(judgeAudit(given, new Map()), {
    holes: [{ name: 'x', versions: ['1'], severity: 'high', title: 't', url: 'u', patched: '>=2' }],
  });
  for (const stdout of ['', 'no JSON', '{}', 'null'])
    assert.deepEqual(judgeAudit({ stdout, problem: '' }, new Map()), { unasked: 'pnpm said nothing' });
});
