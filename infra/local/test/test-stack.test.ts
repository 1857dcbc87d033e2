import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type LocalEnv, startLocal, statusLocal, testStack } from '../src/index.ts';

const NAMES = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL'] as const;
const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));

function setEnvironment(env: Partial<LocalEnv>): void {
  for (const name of NAMES) {
    if (env[name] === undefined) delete process.env[name];
    else process.env[name] = env[name];
  }
}
after(() => setEnvironment(before));

async function answers(env: LocalEnv): Promise<boolean> {
  try {
    return (await fetch(`${env.CLICKHOUSE_URL}/ping`)).ok;
  } catch {
    return false;
  }
}

test('one stack per process, a topic prefix per call, and the parts that the environment names are left alone', async () => {
  setEnvironment({});
  const [one, two] = await Promise.all([testStack(), testStack()]);
  assert.deepEqual(one.env, two.env);
  assert.notEqual(one.topicPrefix, two.topicPrefix);
  // A topic name may hold letters, digits, dots, dashes and underscores.
  assert.match(one.topicPrefix, /^[a-z0-9]+\.$/);

  setEnvironment(one.env);
  await one.release();
  await one.release();
  assert.ok(await answers(two.env), 'the other user still has it');

  const dataDir = await mkdtemp(join(tmpdir(), 'driftloop-named-'));
  const named = await startLocal({ dataDir });
  assert.deepEqual(named.env, one.env);
  assert.deepEqual(
    named.parts.map(({ pid }) => pid),
    [undefined, undefined, undefined],
  );
  assert.deepEqual(
    (await statusLocal(dataDir)).map(({ state, url }) => [state, url]),
    named.parts.map(({ url }) => ['ready', url]),
  );
  await named.stop();
  await rm(dataDir, { recursive: true });
  assert.ok(await answers(two.env), 'what the environment names is not stopped');

  await two.release();
  assert.equal(await answers(two.env), false);
});
