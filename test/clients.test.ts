import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, promisify } from 'node:util';
import { ROOT } from '@driftloop/cli';
import { javaLibraries, pythonEnvironment } from '@driftloop/local';
import { createGatewayWorld, type GatewayWorld, MODEL } from './fixtures/gateways.ts';

const PYTHON = join(ROOT, 'clients/python');
const CACHE = join(ROOT, '.driftloop/cache');
/** Of one client's tests, mostly waits for ClickHouse. */
const LIMIT_MS = 240_000;
let world: GatewayWorld;
before(async () => {
  world = await createGatewayWorld();
});
after(() => world.close());

/** Runs a program in a folder, with the addresses of the parts; gives all that it prints. */
async function runIn(
  cwd: string,
  program: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
) {
  const env = { ...process.env, ...world.environment, DRIFTLOOP_MODEL: MODEL, ...settings };
  const { stdout, stderr } = await promisify(execFile)(program, args, { cwd, env, timeout: LIMIT_MS });
  return stdout + stderr;
}

const runPython = (
  program: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
) => runIn(PYTHON, program, args, settings);

test('the Python client: requests, answers, labels and history', { timeout: 400_000 }, async (t) => {
  const python = await pythonEnvironment(join(PYTHON, 'tests/requirements.txt'));
  if ('missing' in python) return t.skip(python.missing);
  const folder = mkdtempSync(join(tmpdir(), 'driftloop-python-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await runPython(python.program, [
    ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-build-isolation'],
    ...['--target', folder, '.'],
  ]);
  // What is installed, not the source, and nothing is written beside the source.
  const settings = { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  const told = await runPython(python.program, ['-m', 'unittest', 'discover', 'tests'], settings);
  assert.match(told, /^Ran 2\d tests in [\d.]+s\s+OK$/m);

  const { KAFKA_BROKERS = '', SCHEMA_REGISTRY_URL = '', CLICKHOUSE_URL = '' } = world.environment;
  const example = await runPython(
    python.program,
    [
      'examples/ask.py',
      ...['--brokers', KAFKA_BROKERS, '--registry', SCHEMA_REGISTRY_URL, '--clickhouse', CLICKHOUSE_URL],
      ...['--prefix', world.environment.TOPIC_PREFIX ?? ''],
    ],
    settings,
  );
  assert.match(example, /'Beruf': 'Bäcker'\} → (?:nein|ja) \(0\.\d+, 0\.\d+\), by version 1/);

  const mypy = await runPython(python.program, [...['-m', 'mypy', '--cache-dir', join(folder, 'mypy')]]);
  assert.match(mypy, /^Success: no issues found in \d+ source files$/m);

  const sent = new Map<string, unknown>();
  for await (const records of world.connections.bus.slice('inference.requests', { by: 'offset' }))
    for (const { key, value } of records) sent.set(key, value);
  assert.deepEqual(sent.get('python-frame-1'), {
    requestId: 'python-frame-1',
    model: MODEL,
    eventTime: Date.UTC(2026, 2, 1, 12),
    features: new Float32Array(),
    numbers: { age: 64 },
    texts: { Beruf: 'Schlosser' },
    vectors: {},
    answer: null,
  });
});

const COUNT = 20;
/** Arguments of the examples of producers, behind brokers and registry. */
const ASKED = [MODEL, String(COUNT), 'ja', 'age=64.5', 'Größe in cm=165', 'Beruf=Schlosser'];
const addresses = () => {
  const { KAFKA_BROKERS = '', SCHEMA_REGISTRY_URL = '' } = world.environment;
  return [KAFKA_BROKERS, SCHEMA_REGISTRY_URL];
};

test('the producer in Java: requests by name are answered and labelled', { timeout: 400_000 }, async (t) => {
  const folder = join(ROOT, 'examples/java');
  const command = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : 'java';
  if (!(await runIn(folder, command, ['--list-modules'])).includes('jdk.compiler'))
    return t.skip('this Java has no compiler: install a JDK');
  const libraries = await javaLibraries(CACHE, 'java-example', join(folder, 'pom.xml'));
  const told = await runIn(folder, command, [
    ...['-cp', join(libraries, '*'), 'Produce.java'],
    ...addresses(),
    ...ASKED,
  ]);
  assert.match(told, /^sent 20 requests and labels$/m);
  await assertServed('java-');
});

test('the producer in Go: requests by name are answered and labelled', { timeout: 400_000 }, async (t) => {
  const folder = join(ROOT, 'examples/go');
  const found = await runIn(folder, 'go', ['version']).catch((error: unknown) => String(error));
  const [, minor] = /go version go1\.(\d+)/.exec(found) ?? [];
  const [, needed] = /^go 1\.(\d+)/m.exec(readFileSync(join(folder, 'go.mod'), 'utf8')) ?? [];
  if (minor === undefined || Number(minor) < Number(needed))
    return t.skip(`Go 1.${needed} is needed: ${found.split('\n')[0]}`);
  const told = await runIn(folder, 'go', ['run', '-mod=readonly', '.', ...addresses(), ...ASKED]);
  assert.match(told, /^sent 20 requests and labels$/m);
  await assertServed('go-');
});

/**
 * That ClickHouse has the answers to all requests whose ids begin so, their columns, and their
 * labels.
 */
async function assertServed(prefix: string): Promise<void> {
  const url = world.environment.CLICKHOUSE_URL ?? '';
  const database = `driftloop_${(world.environment.TOPIC_PREFIX ?? '').replaceAll(/\W/g, '')}`;
  const wanted = {
    answers: COUNT,
    labels: ['ja'],
    numbers: [{ age: 64.5, 'Größe in cm': 165 }],
    texts: [{ Beruf: 'Schlosser' }],
  };
  let found: unknown;
  const deadline = performance.now() + LIMIT_MS;
  while (!isDeepStrictEqual(found, wanted) && performance.now() < deadline) {
    const answer = await fetch(url, {
      method: 'POST',
      body: `SELECT toUInt32(count()) AS answers, groupUniqArray(label_name) AS labels,
          groupUniqArray(mapSort(numbers)) AS numbers, groupUniqArray(texts) AS texts
        FROM ${database}.answers AS answer INNER JOIN ${database}.requests AS request USING (model, request_id)
        WHERE request_id LIKE '${prefix}%' FORMAT JSONEachRow`,
    });
    const text = await answer.text();
    assert.ok(answer.ok, text);
    found = JSON.parse(text);
    await sleep(200);
  }
  assert.deepEqual(found, wanted);
}
