import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { identityOf, type TestStack, testStack } from '@driftloop/local';

interface Up {
  readonly services: readonly { readonly name: string; readonly pid: number }[];
  readonly api: string;
}

interface Part {
  readonly name: string;
  readonly state: string;
  readonly pid?: number;
  readonly restarts?: number;
  readonly reason?: string;
}

interface Recorded extends Pick<Up, 'services'> {
  readonly supervisor: { readonly pid: number };
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let stack: TestStack;
let folder: string;

before(async () => {
  stack = await testStack();
});
after(() => stack.release());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'driftloop-up-'));
});
afterEach(async () => {
  await finished(driftloop(['down']));
  rmSync(folder, { recursive: true });
});

function driftloop(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args, '--data', folder], {
    env: { ...process.env, ...stack.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const up = (...args: string[]) => ['up', '--prefix', stack.topicPrefix, ...args];

async function finished(child: ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const pidsOf = ({ services }: Pick<Up, 'services'>) => services.map(({ pid }) => pid).sort((a, b) => a - b);
const recorded = (): Recorded => JSON.parse(readFileSync(join(folder, 'services.json'), 'utf8'));

test('of two `up` at once the second waits, says for whom, and finds what the first started', async () => {
  // As an `up` leaves it that was killed.
  writeFileSync(join(folder, 'lock.fleet'), JSON.stringify({ pid: 4_194_303, started: 'long ago' }));
  const children = [driftloop(up('--json', '--port', '0')), driftloop(up('--json', '--port', '0'))];
  const both = await Promise.all(children.map(finished));
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
    both.map(({ stderr }) => stderr).join(''),
  );
  const [one, other] = both.map(({ stdout }): Up => JSON.parse(stdout));
  assert.ok(one && other);
  assert.equal(one.services.length, 8);
  assert.deepEqual(pidsOf(one), pidsOf(other));
  assert.equal(one.api, other.api);
  const waits = both.map(({ stderr }) => /is at work on this folder \(pid (\d+)\)/.exec(stderr)?.[1]);
  const holder = children[waits[0] === undefined ? 0 : 1]?.pid;
  assert.deepEqual(
    waits.filter((pid) => pid !== undefined),
    [String(holder)],
  );

  const first = one.services.find(({ name }) => name === 'gateway');
  assert.ok(first);
  process.kill(first.pid, 'SIGKILL');
  const gateway = await eventually(async () => {
    const { parts } = await statusOf();
    const part = parts.find(({ name }) => name === 'gateway');
    return part?.state === 'ready' && part.pid !== first.pid ? part : undefined;
  });
  assert.equal(gateway.restarts, 1);
  assert.match(gateway.reason ?? '', /SIGKILL/);
  assert.equal(statSync(join(folder, 'services.json')).mode & 0o077, 0);
  assert.equal(statSync(folder).mode & 0o077, 0);

  // With nobody there to start it again.
  process.kill(recorded().supervisor.pid, 'SIGKILL');
  process.kill(gateway.pid ?? 0, 'SIGKILL');
  const stranger = createServer();
  // Another address of this machine stands for a port that is taken after it was looked at.
  const busy = process.platform === 'linux' ? '127.0.0.2' : '0.0.0.0';
  await once(stranger.listen(0, busy), 'listening');
  const address = stranger.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const refused = await finished(driftloop(up('--port', String(port)), { GATEWAY_HOST: busy }));
  stranger.close();
  assert.equal(refused.code, 3);
  assert.match(
    refused.stderr,
    new RegExp(`^LOCAL_START_FAILED: The HTTP API cannot use port ${port}: .*--port.*\\n$`),
  );

  const ended = await finished(driftloop(['down', '--json']));
  assert.deepEqual(JSON.parse(ended.stdout), { ended: 7 });
  assert.deepEqual(
    pidsOf(one).filter((pid) => identityOf(pid) !== undefined),
    [],
  );
});

test('Ctrl-C during a start ends what it has begun and says so', async () => {
  const child = driftloop(up('--port', '0'));
  const done = finished(child);
  const { supervisor, services } = await eventually(async () => {
    const state = existsSync(join(folder, 'services.json')) ? recorded() : undefined;
    return state && state.services.length > 0 ? state : undefined;
  });
  child.kill('SIGINT');
  const { code, stdout } = await done;
  assert.equal(code, 130);
  assert.match(stdout, /^Cancelled\. Nothing of it runs\.$/m);
  const pids = [supervisor, ...services].map(({ pid }) => pid);
  assert.deepEqual(
    pids.filter((pid) => identityOf(pid) !== undefined),
    [],
  );
});

/** What a look gives at last; looks again while it gives nothing. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
}

async function statusOf(): Promise<{ parts: readonly Part[] }> {
  return JSON.parse((await finished(driftloop(['status', '--json']))).stdout);
}

test('what an `up` had started when it was killed is found by the next', async () => {
  const first = driftloop(up('--port', '0'));
  for await (const chunk of first.stdout ?? []) if (/ready/.test(String(chunk))) break;
  first.kill('SIGKILL');
  const left = recorded();
  assert.ok(left.services.length > 0);
  const { code, stdout, stderr } = await finished(driftloop(up('--json', '--port', '0')));
  assert.equal(code, 0, stderr);
  const second: Up = JSON.parse(stdout);
  assert.equal(second.services.length, 8);
  const kept = new Set(pidsOf(second));
  assert.deepEqual(
    pidsOf(left).filter((pid) => !kept.has(pid)),
    [],
  );
});
