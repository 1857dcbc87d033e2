import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalEnv, LocalStack } from './local-stack.ts';
import { startLocal } from './start-local.ts';

/** Real parts for one test file. */
export interface TestStack {
  readonly env: LocalEnv;
  /** Unique to this call: tests that share the parts do not see each other's topics. */
  readonly topicPrefix: string;
  /** Ends the parts when nobody of this process uses them any more. */
  release(): Promise<void>;
}

let shared: Promise<LocalStack> | undefined;
let users = 0;

/**
 * Real Kafka, registry and ClickHouse for tests: those of the environment (`KAFKA_BROKERS`,
 * `SCHEMA_REGISTRY_URL`, `CLICKHOUSE_URL`, as the test runner sets them), else one stack per
 * process in a temporary folder. Call it in `before` and `release` in `after`; a test that is
 * killed leaves no process and no folder behind.
 */
export async function testStack(): Promise<TestStack> {
  users++;
  let released = false;
  const release = async (): Promise<void> => {
    if (released) return;
    released = true;
    users--;
    if (users > 0 || shared === undefined) return;
    const stack = shared;
    shared = undefined;
    await (await stack).stop();
  };
  try {
    shared ??= startTemporary();
    const { env } = await shared;
    return { env, topicPrefix: `t${randomBytes(5).toString('hex')}.`, release };
  } catch (error) {
    shared = undefined;
    users--;
    throw error;
  }
}

async function startTemporary(): Promise<LocalStack> {
  return startLocal({ dataDir: await mkdtemp(join(tmpdir(), 'driftloop-test-')), temporary: true });
}
