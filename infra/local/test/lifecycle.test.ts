import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { Kafka, logLevel } from 'kafkajs';
import { type LocalPart, startLocal, statusLocal, stopLocal } from '../src/index.ts';
import { identityOf } from '../src/processes/identity.ts';
import './fixtures/own-parts.ts';

const OWNER = fileURLToPath(new URL('fixtures/owner.ts', import.meta.url));

/** Only the engine: the quickest part to start, for what is the same for all of them. */
const ENGINE_ONLY = { kafka: false, registry: false } as const;

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'driftloop-lifecycle-'));
});
afterEach(async () => {
  await stopLocal(dataDir);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

function pidOf(parts: readonly LocalPart[], name: string): number {
  const pid = parts.find((part) => part.name === name)?.pid;
  assert.ok(pid !== undefined, `${name} has a pid`);
  return pid;
}

const isRunning = (pid: number): boolean => identityOf(pid) !== undefined;

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    assert.ok(tries < 600, `waited in vain until ${what}`);
    await delay(50);
  }
}

async function sql(url: string, query: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: query });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

/** Starts parts in a process of its own, which prints them as JSON and waits. */
async function startOwner(options: object): Promise<{ child: ChildProcess; parts: LocalPart[] }> {
  const child = spawn(process.execPath, [OWNER, JSON.stringify({ dataDir, ...options })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return { child, parts: JSON.parse(text) };
}

test('all three keep their data over a stop, on the same ports', async () => {
  const subject = { schema: JSON.stringify({ type: 'string' }) };
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const progress: string[] = [];
  const first = await startLocal({
    dataDir,
    onProgress: ({ part, message }) => progress.push(`${part}: ${message}`),
  });
  assert.deepEqual(
    first.parts.map(({ name }) => name),
    ['kafka', 'registry', 'clickhouse'],
  );
  assert.ok(progress.includes(`kafka: ready at ${first.env.KAFKA_BROKERS}`));
  const produced = new Kafka({ brokers: [first.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING });
  const admin = produced.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 2 }] });
  const producer = produced.producer({ idempotent: true });
  await producer.connect();
  await producer.send({ topic: 'kept', messages: [{ key: 'k', value: 'v', partition: 1 }] });
  await producer.disconnect();
  await admin.disconnect();
  await fetch(`${first.env.SCHEMA_REGISTRY_URL}/subjects/kept/versions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(subject),
  });
  await sql(first.env.CLICKHOUSE_URL, 'CREATE TABLE kept (id UInt8) ENGINE = MergeTree ORDER BY id');
  await sql(first.env.CLICKHOUSE_URL, 'INSERT INTO kept VALUES (7)');
  const pids = first.parts.map(({ name }) => pidOf(first.parts, name));
  await first.stop();
  await first.stop();
  assert.deepEqual(pids.filter(isRunning), []);
  assert.deepEqual(
    (await statusLocal(dataDir)).map(({ state }) => state),
    ['stopped', 'stopped', 'stopped'],
  );

  const second = await startLocal({ dataDir });
  assert.deepEqual(second.env, first.env);
  const again = new Kafka({ brokers: [second.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING }).admin();
  await again.connect();
  const offsets = await again.fetchTopicOffsets('kept');
  assert.deepEqual(offsets.map(({ partition, high }) => [partition, high]).sort(), [
    [0, '0'],
    [1, '1'],
  ]);
  await again.disconnect();
  const versions = await fetch(`${second.env.SCHEMA_REGISTRY_URL}/subjects/kept/versions`);
  assert.deepEqual(await versions.json(), [1]);
  assert.equal(await sql(second.env.CLICKHOUSE_URL, 'SELECT * FROM kept'), '7\n');
  await second.stop();
});

test('a kill -9 of everything loses nothing and blocks nothing, also when the ports are taken meanwhile', async () => {
  const first = await startLocal({ dataDir });
  const kafka = new Kafka({ brokers: [first.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }] });
  await producer.connect();
  await producer.send({
    topic: 'kept',
    acks: -1,
    messages: Array.from({ length: 50 }, (_, i) => ({ value: `${i}` })),
  });
  await producer.disconnect();
  await admin.disconnect();
  for (const { name } of first.parts) process.kill(pidOf(first.parts, name), 'SIGKILL');
  await until(() => !first.parts.some(({ name }) => isRunning(pidOf(first.parts, name))), 'all are gone');
  await first.stop();
  const port = Number(first.env.KAFKA_BROKERS.split(':')[1]);
  const stranger = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  try {
    const second = await startLocal({ dataDir });
    assert.notEqual(second.env.KAFKA_BROKERS, first.env.KAFKA_BROKERS);
    const again = new Kafka({ brokers: [second.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING }).admin();
    await again.connect();
    assert.equal((await again.fetchTopicOffsets('kept'))[0]?.high, '50');
    await again.disconnect();
    await second.stop();
  } finally {
    stranger.close();
  }
});

test('the parts end with an owner that is killed', async () => {
  const { child, parts } = await startOwner({});
  const pids = parts.map(({ name }) => pidOf(parts, name));
  assert.deepEqual(pids.filter(isRunning), pids);
  child.kill('SIGKILL');
  await until(() => !pids.some(isRunning), 'the watchdog has ended the parts');
});

test('the temporary folder of an owner that is killed goes, too', async () => {
  const { child } = await startOwner({ ...ENGINE_ONLY, temporary: true });
  child.kill('SIGKILL');
  await until(() => !existsSync(dataDir), 'the folder is gone');
});

test('an owner that forgets to stop can end, and its parts end with it', async () => {
  const { child, parts } = await startOwner({ ...ENGINE_ONLY, exit: true });
  assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0);
  await until(() => !isRunning(pidOf(parts, 'clickhouse')), 'the part is gone');
});

test('detached parts live on after the process that started them, and stopLocal ends them', async () => {
  const { child, parts } = await startOwner({ ...ENGINE_ONLY, detached: true });
  child.kill('SIGKILL');
  await delay(500);
  const [, , status] = await statusLocal(dataDir);
  assert.equal(status?.state, 'ready');
  assert.equal(status?.pid, pidOf(parts, 'clickhouse'));
  assert.equal(status?.url, parts[0]?.url);

  const again = await startLocal({ dataDir, ...ENGINE_ONLY, detached: true });
  assert.deepEqual(again.parts, parts, 'a second detached start keeps what runs');
  await assert.rejects(startLocal({ dataDir, ...ENGINE_ONLY }), {
    code: 'LOCAL_START_FAILED',
    message: /already run on the data folder/,
  });

  // As when the environment names another ClickHouse the second time.
  await startLocal({ dataDir, ...ENGINE_ONLY, clickhouse: false, detached: true });
  assert.equal((await statusLocal(dataDir))[2]?.pid, pidOf(parts, 'clickhouse'), 'it stays on record');

  assert.deepEqual(await stopLocal(dataDir), ['clickhouse']);
  assert.equal(isRunning(pidOf(parts, 'clickhouse')), false);
  assert.deepEqual(await stopLocal(dataDir), []);
});

test('a detached start replaces a part that was killed', async () => {
  const first = await startLocal({ dataDir, ...ENGINE_ONLY, detached: true });
  process.kill(pidOf(first.parts, 'clickhouse'), 'SIGKILL');
  await until(() => !isRunning(pidOf(first.parts, 'clickhouse')), 'it is gone');
  const second = await startLocal({ dataDir, ...ENGINE_ONLY, detached: true });
  assert.deepEqual(second.env, first.env);
  assert.notEqual(pidOf(second.parts, 'clickhouse'), pidOf(first.parts, 'clickhouse'));
  await second.stop();
});

test('orphans of a crashed start are ended; a process that only has their pid is not', async () => {
  const first = await startLocal({ dataDir, ...ENGINE_ONLY, detached: true });
  const orphan = pidOf(first.parts, 'clickhouse');
  const stranger = spawn('sleep', ['60']);
  const file = join(dataDir, 'state.json');
  const state = JSON.parse(await readFile(file, 'utf8'));
  // As an attached start leaves it when it and its watchdog are killed; the registry's pid
  // meanwhile is another program's.
  state.owner = { pid: 4_194_303, started: 'long ago' };
  state.parts.registry = { ports: [1], pid: stranger.pid };
  await writeFile(file, JSON.stringify(state));
  await writeFile(join(dataDir, 'lock'), JSON.stringify(state.owner));

  const second = await startLocal({ dataDir, ...ENGINE_ONLY });
  assert.equal(isRunning(orphan), false);
  assert.deepEqual([stranger.exitCode, stranger.signalCode], [null, null]);
  assert.notEqual(pidOf(second.parts, 'clickhouse'), orphan);
  await second.stop();
  stranger.kill();
});

test('a damaged state file costs the ports and nothing else', async () => {
  const first = await startLocal({ dataDir, ...ENGINE_ONLY });
  await sql(first.env.CLICKHOUSE_URL, 'CREATE TABLE kept (id UInt8) ENGINE = MergeTree ORDER BY id');
  await first.stop();
  await writeFile(join(dataDir, 'state.json'), '{"parts": {"clickh');
  const second = await startLocal({ dataDir, ...ENGINE_ONLY });
  assert.equal(await sql(second.env.CLICKHOUSE_URL, 'EXISTS kept'), '1\n');
  await second.stop();
});

for (const damage of ['{"parts": {"clickh', '', '{"parts": {"clickhouse": 7}}']) {
  test(`a state file damaged to '${damage}' while a part runs refuses a start, and the part can be ended`, async () => {
    const first = await startLocal({ dataDir, ...ENGINE_ONLY, detached: true });
    const pid = pidOf(first.parts, 'clickhouse');
    await writeFile(join(dataDir, 'state.json'), damage);
    for (const detached of [true, false]) {
      await assert.rejects(startLocal({ dataDir, ...ENGINE_ONLY, detached }), {
        code: 'LOCAL_START_FAILED',
        message: new RegExp(`state\\.json is damaged.*clickhouse \\(pid ${pid}\\).*driftloop -- down`),
      });
    }
    const [, , status] = await statusLocal(dataDir);
    assert.deepEqual([status?.state, status?.pid, status?.url], ['running', pid, undefined]);
    assert.deepEqual(await stopLocal(dataDir), ['clickhouse']);
    assert.equal(isRunning(pid), false);
    await (await startLocal({ dataDir, ...ENGINE_ONLY })).stop();
  });
}

test('a data folder has one owner at a time', async () => {
  const outcomes = await Promise.allSettled([
    startLocal({ dataDir, ...ENGINE_ONLY }),
    startLocal({ dataDir, ...ENGINE_ONLY }),
  ]);
  const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected');
  assert.match(String(refused?.reason), new RegExp(`in use by process ${process.pid}`));
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.stop();
});

test('a configured port is used, and refused when another program has it', async () => {
  const stranger = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  assert.ok(typeof address === 'object' && address !== null);
  const { port } = address;
  await assert.rejects(startLocal({ dataDir, ...ENGINE_ONLY, clickhouse: { port } }), (error: unknown) => {
    assert.match(String(error), new RegExp(`clickhouse cannot use port ${port}: another program has it`));
    return true;
  });
  await new Promise((resolve) => stranger.close(resolve));
  const stack = await startLocal({ dataDir, ...ENGINE_ONLY, clickhouse: { port } });
  assert.equal(stack.env.CLICKHOUSE_URL, `http://127.0.0.1:${port}`);
  assert.equal(stack.env.KAFKA_BROKERS, '');
  await stack.stop();
});

test('a part that does not start fails the start with the end of its log, and nothing is left running', async () => {
  await mkdir(join(dataDir, 'clickhouse'));
  await writeFile(join(dataDir, 'clickhouse', 'data'), 'a file where a folder should be');
  await assert.rejects(startLocal({ dataDir, kafka: false }), (error: unknown) => {
    assert.match(
      String(error),
      /clickhouse ended with .* before it was ready: .*\w.*Its log is .*clickhouse\.log/s,
    );
    return error instanceof DriftloopError && error.code === 'LOCAL_START_FAILED';
  });
  const states = (await statusLocal(dataDir)).map(({ state }) => state);
  assert.deepEqual(states, ['stopped', 'stopped', 'stopped']);
});

test('tells when a part ends although nobody stopped it', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const stack = await startLocal({
    dataDir,
    ...ENGINE_ONLY,
    onPartExit: (part, reason) => resolve(`${part.name} ${reason}`),
  });
  process.kill(pidOf(stack.parts, 'clickhouse'), 'SIGKILL');
  // The parts keep no process alive.
  const alive = setInterval(() => undefined, 1000);
  assert.equal(await promise, 'clickhouse ended with SIGKILL');
  clearInterval(alive);
  await stack.stop();
});
