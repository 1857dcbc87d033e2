import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testStack } from '@driftloop/local';

interface Check {
  readonly group: string;
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'absent';
  readonly detail: string;
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'driftloop-doctor-'));
after(() => rmSync(dataDir, { recursive: true }));

/** Addresses at which nothing is. */
const NOWHERE = {
  KAFKA_BROKERS: '127.0.0.1:1',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
  CLICKHOUSE_URL: 'http://127.0.0.1:1',
};
const UNSET = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', CLICKHOUSE_URL: '' };

const run = (environment: Record<string, string>, ...args: string[]) =>
  runCommand(environment, 'doctor', ...args);

function runCommand(
  environment: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, CI: 'true', TRAINER_ENGINE: '', TRAINER_DEVICE: '', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args, '--data', dataDir], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

async function examine(environment: Record<string, string>) {
  const { code, stdout } = await run(environment, '--json');
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  // The exit code says the same as the checks.
  assert.equal(ok, !checks.some(({ state }) => state === 'missing'));
  assert.equal(code, ok ? 0 : 3);
  return { ok, named: (name: string) => checks.find((check) => check.name === name) ?? assert.fail(name) };
}

test('doctor finds engines, and connections that the environment names', async () => {
  const stack = await testStack();
  try {
    const { ok, named } = await examine({ ...stack.env });
    assert.ok(ok);
    assert.equal(named('ONNX Runtime, cpu').state, 'ok');
    assert.equal(named('TensorFlow.js, wasm').state, 'ok');
    assert.match(named('TensorFlow.js, wasm').detail, /^4\.\d+\.\d+/);
    for (const name of ['Kafka', 'Schema registry', 'ClickHouse']) {
      assert.equal(named(name).state, 'ok');
      assert.match(named(name).detail, /127\.0\.0\.1|localhost/);
    }
  } finally {
    await stack.release();
  }
});

test('doctor says what cannot be reached and which variable names it', async () => {
  const { ok, named } = await examine(NOWHERE);
  assert.equal(ok, false);
  assert.equal(named('Kafka').state, 'missing');
  assert.match(named('Kafka').detail, /127\.0\.0\.1:1 cannot be reached.*KAFKA_BROKERS/);
  assert.equal(named('ClickHouse').state, 'missing');
});

test('no command prints the password of a URL', async () => {
  const secret = {
    KAFKA_BROKERS: '127.0.0.1:1',
    SCHEMA_REGISTRY_URL: 'http://me:secret@127.0.0.1:1',
    CLICKHOUSE_URL: 'http://me:secret@127.0.0.1:1/?password=secret',
  };
  for (const args of [['doctor'], ['doctor', '--json'], ['status'], ['status', '--json'], ['up']]) {
    const { stdout, stderr } = await runCommand(secret, ...args);
    assert.doesNotMatch(stdout + stderr, /secret/, args.join(' '));
    assert.match(stdout + stderr, /127\.0\.0\.1:1/, args.join(' '));
  }
  const log = readFileSync(join(dataDir, 'logs', 'supervisor.log'), 'utf8');
  assert.match(log, /127\.0\.0\.1:1/);
  assert.doesNotMatch(log, /secret/);
});

test('without connections doctor wants Java and says how to get it, and that nothing is up', async () => {
  const { ok, named } = await examine({ ...UNSET, JAVA_HOME: join(dataDir, 'nowhere') });
  assert.equal(ok, false);
  assert.equal(named('Java').state, 'missing');
  assert.match(named('Java').detail, /Java 17 is needed.*cannot be started/);
  assert.equal(named('Kafka').state, 'absent');
  assert.match(named('Kafka').detail, /driftloop -- up/);
  // With Kafka and registry given there is nothing to start.
  const given = await examine({ ...NOWHERE, JAVA_HOME: join(dataDir, 'nowhere') });
  assert.equal(given.named('Java').state, 'absent');
});

test('doctor says that a part of `driftloop up` is gone', async () => {
  const state = join(dataDir, 'services.json');
  writeFileSync(state, JSON.stringify({ environment: {}, services: [] }));
  try {
    const { named } = await examine(UNSET);
    assert.equal(named('Kafka').state, 'missing');
    assert.match(named('Kafka').detail, /does not answer/);
  } finally {
    rmSync(state);
  }
});

test('a device is needed once TRAINER_DEVICE names it, and why it is not there is told', async () => {
  const asked = await examine({ ...UNSET, TRAINER_DEVICE: 'cuda' });
  const cuda = asked.named('ONNX Runtime, cuda');
  assert.notEqual(cuda.state, 'absent');
  if (cuda.state === 'missing') assert.match(cuda.detail, /cuda: .*docs\/gpu\.md/);
  const { named } = await examine(UNSET);
  assert.notEqual(named('ONNX Runtime, cuda').state, 'missing');
});

test('doctor prints a line per check, and help with an example', async () => {
  assert.match((await run(UNSET)).stdout, /^ok +ONNX Runtime, cpu/m);
  assert.match((await run({}, '--help')).stdout, /Examples:\n {2}\$ npm run driftloop -- doctor/);
});
