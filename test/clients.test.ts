import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '@driftloop/cli';
import { pythonEnvironment } from '@driftloop/local';
import { createGatewayWorld, type GatewayWorld, MODEL } from './fixtures/gateways.ts';

const PYTHON = join(ROOT, 'clients/python');
/** Of one client's tests, mostly waits for ClickHouse. */
const LIMIT_MS = 240_000;
let world: GatewayWorld;
before(async () => {
  world = await createGatewayWorld();
});
after(() => world.close());

/** Runs a program among the client's files, with the addresses; gives all that it prints. */
async function runPython(
  program: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
) {
  const env = { ...process.env, ...world.environment, DRIFTLOOP_MODEL: MODEL, ...settings };
  const { stdout, stderr } = await promisify(execFile)(program, args, {
    cwd: PYTHON,
    env,
    timeout: LIMIT_MS,
  });
  return stdout + stderr;
}

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
  });
});
