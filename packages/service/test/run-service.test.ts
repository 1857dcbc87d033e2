import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROBE = fileURLToPath(new URL('./fixtures/probe.ts', import.meta.url));

function start(mode: string, environment: Record<string, string> = { NEEDED: 'x' }): ChildProcess {
  return fork(PROBE, { env: { ...process.env, ...environment, MODE: mode }, stdio: 'ignore' });
}

async function exitCode(child: ChildProcess): Promise<unknown> {
  const [code] = await once(child, 'exit');
  return code;
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, 'message')) as [{ type: string; url: string }];
  assert.equal(message.type, 'ready');
  return message.url;
}

test('serves health and metrics, and a SIGTERM ends it with code 0', async () => {
  const child = start('ok');
  const url = await readyUrl(child);
  const ready = await fetch(`${url}/health/ready`);
  assert.equal(ready.status, 200);
  assert.deepEqual(await ready.json(), { ok: true, detail: { state: 'running', mode: 'ok' } });
  assert.match(await (await fetch(`${url}/metrics`)).text(), /process_cpu_seconds_total\{service="probe"\}/);
  assert.equal((await fetch(`${url}/nothing`)).status, 404);
  child.kill('SIGTERM');
  assert.equal(await exitCode(child), 0);
});

test('ends when its parent is gone', async () => {
  const child = start('ok');
  await readyUrl(child);
  child.disconnect();
  assert.equal(await exitCode(child), 0);
});

test('a stop past the deadline ends it with code 1', async () => {
  const child = start('hangs');
  await readyUrl(child);
  child.kill('SIGTERM');
  assert.equal(await exitCode(child), 1);
});

for (const mode of ['no-start', 'fails', 'rejects']) {
  test(`ends with code 1 when it ${mode}`, async () => {
    assert.equal(await exitCode(start(mode)), 1);
  });
}

test('invalid settings end it with code 2', async () => {
  assert.equal(await exitCode(start('ok', {})), 2);
});
