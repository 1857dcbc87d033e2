import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '@driftloop/cli';
import { pythonEnvironment } from '@driftloop/local';
import { createGatewayWorld, type GatewayProcess, type GatewayWorld, MODEL } from './fixtures/gateways.ts';

interface Told {
  readonly probabilities: number[][];
  readonly label: string[];
  /** KServe's client over REST does not tell it. */
  readonly version?: string;
  readonly id?: string;
}

interface Answer {
  readonly outputs: readonly { readonly data: number[] }[];
}

interface Problem {
  readonly code: string;
}

const jsonOf = async <T>(answer: Response) => (await answer.json()) as T;
const JSON_HEADERS = { 'content-type': 'application/json' };
let world: GatewayWorld;
let gateway: GatewayProcess;
before(async () => {
  world = await createGatewayWorld();
  gateway = await world.startGateway();
});
after(() => world.close());

const call = (at: GatewayProcess, body: object) =>
  fetch(world.inferUrl(at), { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body) });
const row = (age: number, requestId: string, rest: object = {}) => ({
  inputs: [{ name: 'rows', datatype: 'FP32', shape: [1, 3], data: [age, 181, 0] }],
  parameters: { request_ids: [requestId], ...rest },
});

/** Runs a script of test/python against the gateway; the reason where its packages are missing. */
async function clients(script: string, requirements: string): Promise<Record<string, unknown> | string> {
  const python = await pythonEnvironment(join(ROOT, 'test/python', requirements));
  if ('missing' in python) return python.missing;
  const args = [join(ROOT, 'test/python', script), gateway.http, gateway.grpc, MODEL];
  const { stdout } = await promisify(execFile)(python.program, args, { timeout: 120_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** All were told the same of the same rows, by name. */
function assertSame(answers: Readonly<Record<string, Told>>): void {
  const [first] = Object.values(answers);
  assert.ok(first);
  for (const [how, { probabilities, label }] of Object.entries(answers)) {
    assert.deepEqual(probabilities, first.probabilities, how);
    assert.deepEqual(
      label,
      probabilities.map(([no = 0, yes = 0]) => (no >= yes ? 'nein' : 'ja')),
      how,
    );
  }
  assert.equal(first.probabilities.length, 3);
  for (const [no = 0, yes = 0] of first.probabilities) assert.ok(Math.abs(no + yes - 1) < 1e-6);
}

test("NVIDIA's clients are answered over HTTP and gRPC", { timeout: 400_000 }, async (t) => {
  const told = await clients('triton_clients.py', 'triton-requirements.txt');
  if (typeof told === 'string') return t.skip(told);
  assert.deepEqual(told.ready, Array(8).fill(true));
  assert.deepEqual(told.server, ['driftloop', 'driftloop']);
  const [http, grpc] = told.metadata as {
    name: string;
    inputs: { name: string; datatype: string; shape: unknown[] }[];
  }[];
  for (const metadata of [http, grpc]) {
    assert.equal(metadata?.name, MODEL);
    assert.deepEqual(
      metadata?.inputs.map(({ name, datatype, shape }) => [name, datatype, shape.map(Number)]),
      [
        ['age', 'FP32', [-1, 1]],
        ['Größe in cm', 'FP32', [-1, 1]],
        ['Beruf', 'BYTES', [-1, 1]],
      ],
    );
  }
  const answers = told.answers as Record<string, Told>;
  assertSame(answers);
  for (const [how, { version }] of Object.entries(answers)) assert.equal(version, '1', how);
  assert.deepEqual([answers['http, columns as bytes']?.id, answers['grpc, columns']?.id], ['a', 'b']);
  const refusals = told.refusals as Record<string, { status: string; message: string }>;
  assert.match(
    refusals.http?.message ?? '',
    /has 2 features, model 'jobs-1.0' has 3: age, Größe in cm, Beruf/,
  );
  assert.equal(refusals.grpc?.message, refusals.http?.message);
  assert.deepEqual([refusals.http?.status, refusals.grpc?.status], ['400', 'StatusCode.INVALID_ARGUMENT']);
  assert.match(refusals['http version']?.message ?? '', /no version '7'; version 1 is live/);
  assert.deepEqual(
    [refusals['http version']?.status, refusals['grpc version']?.status],
    ['404', 'StatusCode.NOT_FOUND'],
  );
});

test("KServe's clients are answered over REST and gRPC", { timeout: 400_000 }, async (t) => {
  const told = await clients('kserve_clients.py', 'kserve-requirements.txt');
  if (typeof told === 'string') return t.skip(told);
  assert.deepEqual(told.ready, Array(6).fill(true));
  assertSame(told.answers as Record<string, Told>);
});

test('two gateways at once: each caller gets the answer to its own request', async () => {
  const other = await world.startGateway();
  const calls = Array.from({ length: 40 }, (_, index) => ({ at: index % 2 === 0 ? gateway : other, index }));
  const answers = await Promise.all(
    calls.map(async ({ at, index }) => jsonOf<Answer>(await call(at, row(index / 100, `two-${index}`)))),
  );
  // What Kafka has of each request is what its caller was told.
  const written = new Map<string, number[]>();
  for await (const records of world.connections.bus.slice('inference.predictions', { by: 'offset' }))
    for (const { key, value } of records) written.set(key, [...value.outputs]);
  const told = answers.map(({ outputs }) => outputs[0]?.data ?? []);
  assert.deepEqual(
    told,
    calls.map(({ index }) => written.get(`two-${index}`)),
  );
  assert.equal(new Set(told.map(([no]) => no)).size, calls.length);
  await other.fleet.stop();
});

test('a deadline passes, a gateway stops while calls wait, and what was asked is answered all the same', async () => {
  await world.inference.kill('inference');
  const late = await call(gateway, row(30, 'late', { timeout: 50_000 }));
  assert.deepEqual([late.status, (await jsonOf<Problem>(late)).code], [504, 'ANSWER_OVERDUE']);
  const waiting = call(gateway, row(31, 'interrupted', { timeout: 60_000_000 }));
  const requests = async () => {
    const keys = new Set<string>();
    for await (const records of world.connections.bus.slice('inference.requests', { by: 'offset' }))
      for (const { key } of records) keys.add(key);
    return keys;
  };
  while (!(await requests()).has('interrupted')) await new Promise((resolve) => setTimeout(resolve, 50));
  await gateway.fleet.stop();
  const stopped = await waiting;
  assert.deepEqual([stopped.status, (await jsonOf<Problem>(stopped)).code], [503, 'GATEWAY_STOPPING']);

  await world.inference.start('inference');
  gateway = await world.startGateway();
  for (const requestId of ['late', 'interrupted']) {
    const url = `http://${gateway.http}/models/${encodeURIComponent(MODEL)}/requests/${requestId}`;
    let status: { status?: string; answer?: { version: number; className: string } } = {};
    while (status.status !== 'answered') {
      status = await jsonOf(await fetch(url));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(status.answer?.version, 1);
    assert.match(status.answer?.className ?? '', /^(ja|nein)$/);
  }
});
