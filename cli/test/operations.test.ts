import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
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
import type { Look } from '../src/status/look.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const NOW = Date.now();
let stack: TestStack;
let folder: string;
let connections: Connections;
/** ClickHouse and the registry, as `up` and its services reach them. */
let gates: { readonly clickhouse: Gate; readonly registry: Gate };

before(async () => {
  stack = await testStack();
  folder = mkdtempSync(join(tmpdir(), 'operations-'));
  gates = {
    clickhouse: await openGate(stack.env.CLICKHOUSE_URL),
    registry: await openGate(stack.env.SCHEMA_REGISTRY_URL),
  };
  await driftloop('up', '--prefix', stack.topicPrefix, '--port', '0');
  const environment = {
    ...stack.env,
    TOPIC_PREFIX: stack.topicPrefix,
    ARTIFACTS_URL: pathToFileURL(join(folder, 'artifacts')).href,
  };
  const logger = createLogger({ name: 'operations-test', level: 'silent' });
  connections = await openConnections(connectionConfigOf(environment), 'operations-test', logger, {
    needs: ['warehouse'],
    // The services reach the parts by the gates.
    reconnect: false,
  });
});
after(async () => {
  await connections?.close();
  await driftloop('down');
  gates.clickhouse.close();
  gates.registry.close();
  rmSync(folder, { recursive: true });
  await stack.release();
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A way to a part that can be shut. */
interface Gate {
  readonly url: string;
  shut(): void;
  open(): void;
  close(): void;
}

async function openGate(target: string): Promise<Gate> {
  const { hostname, pathname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isShut = false;
  const server = createServer((client) => {
    if (isShut) return void client.destroy();
    const there = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const destroy = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname === '/' ? '' : pathname}`,
    shut() {
      isShut = true;
      destroy();
    },
    open() {
      isShut = false;
    },
    close() {
      server.close();
      destroy();
    },
  };
}

/** Runs a command, whatever comes of it. */
function run(...args: string[]): Promise<Ran> {
  const { clickhouse, registry } = gates;
  const own = { CLICKHOUSE_URL: clickhouse.url, SCHEMA_REGISTRY_URL: registry.url };
  const env = { ...process.env, ...stack.env, ...own, TOPIC_PREFIX: stack.topicPrefix };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args, '--data', folder], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

/** Runs a command; one that fails fails the test with what it said. */
async function driftloop(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  assert.equal(code, 0, `driftloop ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** What a look gives at last; looks again while it gives nothing. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(200);
  }
}

const letters = async (...filters: string[]) =>
  JSON.parse(await driftloop('dead-letters', 'list', '--json', ...filters)).letters as {
    readonly id: string;
    readonly requestId: string;
    readonly code: string;
    readonly state: string;
  }[];
const status = async (): Promise<Look & { todo: string[] }> =>
  JSON.parse((await run('status', '--json')).stdout);
const request = (requestId: string, features: number[], eventTime = NOW) => ({
  key: requestId,
  value: { requestId, model: 'm', eventTime, features: Float32Array.from(features) },
});

test('a request of a model that comes later is sent again and answered, its label counts once', async () => {
  const { producer, registry, warehouse } = connections;
  await producer.send('inference.requests', [request('early', [1]), request('wide', [1, 2])]);
  await producer.send('inference.labels', [
    { key: 'early', value: { requestId: 'early', model: 'm', label: 1, eventTime: NOW } },
  ]);
  const found = await eventually(async () => {
    const all = await letters('--model', 'm');
    return all.length === 3 ? all : undefined;
  });
  const idOf = (topic: string, requestId: string) =>
    found.find((letter) => letter.id.startsWith(topic) && letter.requestId === requestId)?.id ?? '';
  const [early, wide] = [idOf('inference.requests', 'early'), idOf('inference.requests', 'wide')];
  const shown = await driftloop('dead-letters', 'show', early);
  assert.match(shown, /^what to do +Register the model/m);
  assert.match(shown, /"requestId": "early"/);
  assert.match((await status()).todo.join('\n'), /3 dead letters are open \(3 MODEL_UNKNOWN\)/);

  await registry.register({
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
  const none = await run('dead-letters', 'resend', '--reason', 'all');
  assert.equal(none.code, 2, none.stderr);
  const because = ['--reason', 'it is registered now'];
  const dry = await driftloop(
    'dead-letters',
    'resend',
    '--topic',
    'inference.requests',
    '--dry-run',
    '--json',
    ...because,
  );
  assert.deepEqual(JSON.parse(dry).letters.sort(), [early, wide].sort());
  assert.match(await driftloop('dead-letters', 'resend', early, ...because), /is sent again\.$/m);
  const answers = async () =>
    warehouse.query<{ requestId: string; label: number | null }>(
      `SELECT request_id AS requestId, label FROM ${warehouse.database}.answers WHERE model = 'm' AND role = 'live'`,
    );
  await eventually(async () => ((await answers()).length === 1 ? true : undefined));

  // The one that was too wide comes back for another reason, and is sent with what it should have
  // had.
  const mended = join(folder, 'mended.json');
  writeFileSync(mended, JSON.stringify({ features: [2] }));
  const sent = await driftloop('dead-letters', 'resend', wide, '--record', mended, ...because, '--json');
  assert.deepEqual(JSON.parse(sent), { done: [wide], left: [] });
  await eventually(async () => ((await answers()).length === 2 ? true : undefined));

  const label = idOf('inference.labels', 'early');
  await driftloop('dead-letters', 'resend', label, ...because);
  const labelled = await eventually(async () => {
    const rows = await answers();
    return rows.some((row) => row.label !== null) ? rows : undefined;
  });
  assert.deepEqual(
    labelled.filter((row) => row.label !== null).map((row) => row.requestId),
    ['early'],
  );
  const rows = await warehouse.labelledRows({
    model: 'm',
    ranges: [{ from: 0, to: NOW + 1, weight: 1 }],
    limit: 10,
    width: 1,
  });
  assert.deepEqual([rows.rows, [...rows.labels]], [1, [1]]);

  const again = await run('dead-letters', 'resend', early, ...because);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /^LETTER_DECIDED: .* was sent again by .*: it is registered now/);
  assert.deepEqual(await letters(), []);
  assert.equal((await letters('--state', 'resent')).length, 3);
});

test('status says what answers with which version, how far each service is behind, and that nothing is to do', async () => {
  const seen = await eventually(async () => {
    const now = await status();
    return now.todo.length === 0 ? now : undefined;
  });
  const inference = seen.parts.find(({ name }) => name === 'inference');
  assert.deepEqual(inference?.serves, {
    // Version 1 is in the spec's rollout.shadowVersions.
    m: { live: 1, serving: 1, canary: null, shadows: [1], failed: {} },
  });
  const reading = seen.parts.flatMap((part) =>
    (part.reading ?? []).map(({ topics }) => `${part.name} ${topics}`),
  );
  assert.deepEqual(reading.sort(), [
    'concept-drift inference.labels',
    'data-drift inference.requests',
    'ensemble drift.sketches',
    'inference inference.requests',
    'notifier drift.verdicts,model.events,training.progress,dead.letters',
    'notifier notification.events',
    'prediction-drift inference.predictions',
    'trainer retrain.commands',
    'trainer retrain.commands',
  ]);
  const told = await driftloop('status');
  assert.match(told, /Dead letters: 0 open, 3 sent again, 0 discarded\./);
  assert.match(told, /Everything works; nothing to do\./);

  const { url = '' } = inference ?? {};
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(
    metrics,
    /driftloop_consumer_lag_rows\{group="inference",topic="inference\.requests",service="inference"\} 0/,
  );
  assert.match(metrics, /driftloop_consumer_dead_letters\{.*code="MODEL_UNKNOWN".*\} 2/);
});

test('logs tells what happened in lines, and follows', async () => {
  const told = await driftloop('logs', 'inference', 'gateway', '--since', '1h');
  assert.match(
    told,
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} inference +INFO +version 1 of 'm' answers model=m to=1/m,
  );
  assert.match(told, / gateway +INFO +the API is open /);
  assert.doesNotMatch(told, /^\{/m);
  const json = (await driftloop('logs', 'inference', '--json')).trim().split('\n');
  assert.ok(json.every((line) => JSON.parse(line).service === 'inference'));
  assert.equal(await driftloop('logs', '--level', 'fatal'), '');
  assert.equal((await run('logs', 'nobody')).code, 4);

  const env = { ...process.env, ...stack.env };
  const following = spawn(
    process.execPath,
    [MAIN, 'logs', 'trainer', 'supervisor', '--lines', '1', '--follow', '--data', folder],
    { env },
  );
  let heard = '';
  following.stdout.on('data', (chunk) => {
    heard += chunk;
  });
  await eventually(async () => (heard === '' ? undefined : true));
  const trainer = (await status()).parts.find(({ name }) => name === 'trainer');
  process.kill(trainer?.pid ?? 0, 'SIGKILL');
  await eventually(async () => (/ trainer +INFO +running/.test(heard) ? true : undefined));
  assert.match(heard, / supervisor +WARN +ended part=trainer reason="ended with SIGKILL/);
  following.kill('SIGINT');
  await once(following, 'exit');
  const restarted = await eventually(async () =>
    (await status()).parts.find(
      ({ name, state, restarts }) => name === 'trainer' && state === 'ready' && restarts === 1,
    ),
  );
  assert.match(restarted.reason ?? '', /SIGKILL/);
});

test('without ClickHouse and the registry answers go on, and status and readiness say what does not', async () => {
  gates.clickhouse.shut();
  gates.registry.shut();
  const without = await eventually(async () => {
    const seen = await status();
    const gateway = seen.parts.find(({ name }) => name === 'gateway');
    return gateway?.without === undefined ? undefined : { seen, gateway };
  });
  assert.equal(without.gateway.state, 'ready');
  assert.match(without.gateway.without?.join() ?? '', /^History, drift and dead letters are not told: /);
  const [first = '', second = ''] = without.seen.todo;
  assert.match(first, /^registry is not reached at http:/);
  assert.match(second, /^clickhouse is not reached at http:/);
  const states = new Map(without.seen.parts.map(({ name, state }) => [name, state]));
  assert.deepEqual(
    ['kafka', 'registry', 'clickhouse', 'inference', 'data-drift', 'ensemble', 'trainer'].map((name) =>
      states.get(name),
    ),
    ['ready', 'stopped', 'stopped', 'ready', 'ready', 'ready', 'ready'],
  );
  // It is true: a request is answered.
  const { bus, producer } = connections;
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await producer.send('inference.requests', [{ ...request('meanwhile', [3]), partition: 0, trace }]);
  const answered = await eventually(async () =>
    (await bus.tail('inference.predictions', 0, 5)).find(({ key }) => key === 'meanwhile'),
  );
  assert.equal(answered.trace, trace);
  // A label of a request that is not in memory must wait for ClickHouse: its service says so.
  await producer.send('inference.labels', [
    { key: 'nobody', value: { requestId: 'nobody', model: 'm', label: 1, eventTime: NOW } },
  ]);
  const waiting = await eventually(async () =>
    (await status()).parts.find(({ name, state }) => name === 'concept-drift' && state === 'running'),
  );
  assert.match(waiting.why ?? '', /has been waiting for \d+ s: ClickHouse/);
  gates.clickhouse.open();
  gates.registry.open();
  await eventually(async () => {
    const { parts, todo } = await status();
    const isWell = parts.every(({ state, without }) => state === 'ready' && without === undefined);
    return isWell && !/not reached|works, but/.test(todo.join()) ? true : undefined;
  });
});

// The last: from its first token on the gateway asks everybody for one.
test('tokens and login links let callers in until they are revoked, and the audit log says who did what', async () => {
  const { api } = JSON.parse(await driftloop('up', '--prefix', stack.topicPrefix, '--port', '0', '--json'));
  const create = ['tokens', 'create', '--name', 'shop', '--role', 'viewer', '--json'];
  const { secret, token } = JSON.parse(await driftloop(...create));
  const me = (bearer: string) => fetch(`${api}/me`, { headers: { authorization: `Bearer ${bearer}` } });
  const known = await eventually(async () => {
    const answer = await me(secret);
    return answer.ok ? ((await answer.json()) as { name: string; role: string }) : undefined;
  });
  assert.deepEqual([known.name, known.role], ['shop', 'viewer']);
  const retrain = (headers: Record<string, string>) =>
    fetch(`${api}/models/nobody/retrain`, { method: 'POST', headers, body: '{"reason":"x"}' });
  const json = { 'content-type': 'application/json' };
  assert.equal((await retrain(json)).status, 401);
  assert.equal((await retrain({ ...json, authorization: `Bearer ${secret}` })).status, 403);

  const { link } = JSON.parse(await driftloop('login', '--json'));
  assert.ok(link.startsWith(`${api}/ui/login#code=dlc_`), link);
  const code = link.slice(link.indexOf('=') + 1);
  const signIn = () =>
    fetch(`${api}/sessions`, { method: 'POST', headers: json, body: JSON.stringify({ code }) });
  const session = await signIn();
  assert.equal(session.status, 201);
  assert.equal((await signIn()).status, 401);
  const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  assert.equal((await retrain({ ...json, cookie, 'x-driftloop-request': '1' })).status, 404);

  await driftloop('tokens', 'revoke', token.id, '--reason', 'left the team');
  assert.deepEqual(JSON.parse(await driftloop('tokens', 'list', '--json')), { tokens: [] });
  await eventually(async () => ((await me(secret)).status === 401 ? true : undefined));
  const { tokens } = JSON.parse(await driftloop('tokens', 'list', '--all', '--json'));
  assert.deepEqual(
    tokens.map(({ name, state, lastUsedAt }: { name: string; state: string; lastUsedAt: number | null }) => [
      name,
      state,
      lastUsedAt !== null,
    ]),
    [['shop', 'revoked', true]],
  );

  const actions = await eventually(async () => {
    const { entries } = JSON.parse(await driftloop('audit', '--json')) as {
      entries: { action: string; actor: string; via: string; outcome: string; reason: string }[];
    };
    return entries.some(({ action }) => action === 'driftloop tokens revoke') ? entries : undefined;
  });
  const user = userInfo().username;
  assert.deepEqual(
    actions.slice(-8).map(({ action, actor, via, outcome }) => [action, actor, via, outcome]),
    [
      ['driftloop tokens create', user, 'cli', 'done'],
      ['POST /models/:model/retrain', 'anonymous', 'anonymous', 'refused'],
      ['POST /models/:model/retrain', 'shop', 'token', 'refused'],
      ['driftloop login', user, 'cli', 'done'],
      ['POST /sessions', user, 'session', 'done'],
      ['POST /sessions', 'anonymous', 'anonymous', 'refused'],
      ['POST /models/:model/retrain', user, 'session', 'failed'],
      ['driftloop tokens revoke', user, 'cli', 'done'],
    ],
  );
  assert.equal(actions.at(-1)?.reason, 'left the team');
  assert.match(
    await driftloop('audit', '--outcome', 'refused'),
    /shop +│ token +│ POST \/models\/:model\/retrain/,
  );
});
