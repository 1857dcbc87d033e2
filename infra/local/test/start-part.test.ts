import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { Part, PartRun } from '../src/parts/part.ts';
import { endProcess } from '../src/processes/end-process.ts';
import { identityOf } from '../src/processes/identity.ts';
import { startPart } from '../src/start-part.ts';

const SERVER =
  "require('node:http').createServer((q, r) => r.end(process.argv[2])).listen(Number(process.argv[1]), '127.0.0.1')";

let dataDir: string;
let started: number[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'driftloop-part-'));
  started = [];
});
afterEach(async () => {
  for (const pid of started) await endProcess(pid);
  await rm(dataDir, { recursive: true, force: true });
});

/** A part that is a small HTTP server; `beforeCommand` is called with each run before it starts. */
function smallPart(
  script: string,
  beforeCommand: (run: PartRun) => Promise<void> = async () => undefined,
): Part {
  return {
    name: 'clickhouse',
    portCount: 1,
    async prepare() {
      return async (run) => {
        await beforeCommand(run);
        return { command: process.execPath, args: ['-e', script, String(run.ports[0]), run.id], env: {} };
      };
    },
    async isReady({ ports, id }) {
      try {
        return (await (await fetch(`http://127.0.0.1:${ports[0]}`)).text()) === id;
      } catch {
        return false;
      }
    },
    url: (ports) => String(ports[0]),
  };
}

function start(
  part: Part,
  options: { port?: number; earlierPorts?: readonly number[]; stallTimeoutMs?: number } = {},
) {
  return startPart(part, {
    dataDir,
    stallTimeoutMs: 60_000,
    report: () => undefined,
    onStarted: async (_, pid) => void started.push(pid),
    ...options,
  });
}

test('when another program takes the chosen port first, others are chosen', async () => {
  const strangers: Server[] = [];
  const ports: (number | undefined)[] = [];
  const part = smallPart(SERVER, async ({ ports: [port] }) => {
    ports.push(port);
    if (ports.length > 2) return;
    const stranger = createServer((socket) => socket.destroy());
    strangers.push(stranger);
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
  });
  const { run, process } = await start(part);
  assert.equal(ports.length, 3);
  assert.equal(run.ports[0], ports[2]);
  assert.deepEqual(
    started.map((pid) => identityOf(pid) !== undefined),
    [false, false, true],
  );
  assert.equal(process.pid, started[2]);
  for (const stranger of strangers) stranger.close();
});

test('the registry names a taken port in words of its own', async () => {
  const ports: (number | undefined)[] = [];
  const taken = 'Port 20000 seems to be in use by another process. Quarkus may already be running';
  const script = `if (process.env.TAKEN) { console.error('${taken}'); process.exit(1) } ${SERVER}`;
  const part = smallPart(script);
  const { process } = await start({
    ...part,
    prepare: async (report) => {
      const command = await part.prepare(report);
      return async (run) => {
        ports.push(run.ports[0]);
        return { ...(await command(run)), env: ports.length === 1 ? { TAKEN: '1' } : {} };
      };
    },
  });
  assert.equal(ports.length, 2);
  assert.equal(process.pid, started[1]);
});

test('a stranger that answers on the port is not taken for the part', async () => {
  // It never listens, so that only the stranger answers.
  const part = smallPart('setInterval(() => {}, 1000)', async ({ ports: [port] }) => {
    const stranger = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
    stranger.unref();
  });
  await assert.rejects(start(part, { stallTimeoutMs: 500 }), {
    message: /clickhouse was not ready and has done nothing for 1 s/,
  });
  assert.deepEqual(started.map(identityOf), [undefined]);
});

test('a part that ends at once is reported with its exit code and its log', async () => {
  const part = smallPart("console.error('the reason'); process.exit(3)");
  await assert.rejects(start(part), {
    code: 'LOCAL_START_FAILED',
    message: /ended with exit code 3 before it was ready: the reason\. Its log is .*clickhouse\.log$/,
  });
});

test('a program that does not exist is an error', async () => {
  const part: Part = {
    ...smallPart(SERVER),
    prepare: async () => async () => ({ command: join(dataDir, 'nowhere'), args: [], env: {} }),
  };
  await assert.rejects(start(part), { code: 'ENOENT' });
});

test('earlier ports are used again only when all are free', async () => {
  const first = await start(smallPart(SERVER));
  const taken = await start(smallPart(SERVER), { earlierPorts: first.run.ports });
  assert.notDeepEqual(taken.run.ports, first.run.ports);
  await endProcess(first.process.pid);
  const again = await start(smallPart(SERVER), { earlierPorts: first.run.ports });
  assert.deepEqual(again.run.ports, first.run.ports);
});
