import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Connections, openConnections } from '@driftloop/connections';
import { createLinear } from '@driftloop/continual';
import { type TestStack, testStack } from '@driftloop/local';
import { defaultSpec } from '@driftloop/registry';
import { createLogger } from '@driftloop/service';
import { connectionConfigOf } from '../src/environment/settings.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const ROWS = 3_000;
const folder = mkdtempSync(join(tmpdir(), 'produce-interrupt-'));
const csv = join(folder, 'rows.csv');
let stack: TestStack;
let environment: Record<string, string>;
let connections: Connections;

before(async () => {
  stack = await testStack();
  environment = {
    ...stack.env,
    TOPIC_PREFIX: stack.topicPrefix,
    ARTIFACTS_URL: pathToFileURL(join(folder, 'artifacts')).href,
  };
  connections = await openConnections(
    connectionConfigOf(environment),
    'produce-test',
    createLogger({ name: 'produce-test', level: 'silent' }),
    { needs: ['warehouse'] },
  );
  await connections.registry.register({
    spec: defaultSpec({
      model: 'm',
      task: 'binary',
      classes: 2,
      features: [{ name: 'a', kind: 'numeric', allowMissing: false }],
      intervalMs: 1_000,
    } as Parameters<typeof defaultSpec>[0]),
    onnx: createLinear({ inputs: 1, task: 'binary', classes: 2, seed: 1 }),
    profile: {},
    metrics: {},
    publish: true,
    eventTime: 0,
  });
  writeFileSync(csv, `a,y\n${Array.from({ length: ROWS }, (_, row) => `${row},${row % 2}`).join('\n')}\n`);
});
after(async () => {
  await connections.warehouse.drop();
  await connections.close();
  await stack.release();
  rmSync(folder, { recursive: true });
});

function produce(...args: string[]): {
  child: ChildProcess;
  done: Promise<{ code: number; stdout: string; stderr: string }>;
} {
  const child = spawn(process.execPath, [MAIN, 'produce', '--model', 'm', '--data', folder, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return { child, done: once(child, 'close').then(([code]) => ({ code, stdout, stderr })) };
}

/** Waits until the one run has come beyond a tick. */
async function beyond(tick: number): Promise<number> {
  for (;;) {
    const runs = join(folder, 'produce');
    const file = existsSync(runs) ? readdirSync(runs).find((name) => name.endsWith('.json')) : undefined;
    const at = file === undefined ? 0 : Number(JSON.parse(readFileSync(join(runs, file), 'utf8')).tick);
    if (at > tick) return at;
    await sleep(20);
  }
}

async function keysOf(topic: 'inference.requests' | 'inference.labels'): Promise<string[]> {
  const keys: string[] = [];
  for await (const records of connections.bus.slice(topic, { by: 'time' }))
    keys.push(...records.map(({ key }) => key));
  return keys;
}

test('killed, then interrupted, then gone on with: every row and label is there once', async () => {
  const first = produce('--csv', csv, '--label', 'y', '--label-delay', '200', '--rate', '400');
  const killedAt = await beyond(0);
  first.child.kill('SIGKILL');
  await first.done;

  const second = produce('--resume', '--rate', '400');
  await beyond(killedAt + 300);
  second.child.kill('SIGINT');
  const interrupted = await second.done;
  assert.equal(interrupted.code, 130, interrupted.stderr);
  assert.match(
    interrupted.stdout,
    /^Interrupted\. Out: requests of .* Due: labels of 200 rows .* --resume \w+ --data .* goes on\.$/m,
  );

  const third = await produce('--resume', '--rate', '100000').done;
  assert.equal(third.code, 0, third.stderr);
  for (const topic of ['inference.requests', 'inference.labels'] as const) {
    const keys = await keysOf(topic);
    assert.equal(keys.length, ROWS, topic);
    assert.equal(new Set(keys).size, ROWS, topic);
  }
  const nothing = await produce('--resume').done;
  assert.equal(nothing.code, 4);
  assert.match(nothing.stderr, /nothing to go on with/);
});
