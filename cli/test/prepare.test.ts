import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openConnections } from '@driftloop/connections';
import { type TestStack, testStack } from '@driftloop/local';
import { connectionConfig, createLogger, loadConfig } from '@driftloop/service';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
let stack: TestStack;

before(async () => {
  stack = await testStack();
});
after(async () => {
  await stack?.release();
  rmSync(folder, { recursive: true });
});

test('prepare makes topics and tables, and does so again without harm', async () => {
  const env = {
    ...process.env,
    ...stack.env,
    TOPIC_PREFIX: stack.topicPrefix,
    INPUT_PARTITIONS: '3',
    ARTIFACTS_URL: `file://${join(folder, 'artifacts')}`,
  };
  const prepare = () =>
    promisify(execFile)(process.execPath, [MAIN, 'prepare', '--json', '--data', folder], { env });
  for (let pass = 0; pass < 2; pass++)
    assert.deepEqual(JSON.parse((await prepare()).stdout), { prepared: true });
  const logger = createLogger({ name: 'test', level: 'silent' });
  // Of another number of partitions: what is there stays as it is.
  const config = loadConfig(connectionConfig, { ...env, INPUT_PARTITIONS: '5' });
  const { bus, warehouse, close } = await openConnections(config, 'test', logger, { needs: ['warehouse'] });
  try {
    assert.equal((await bus.offsets('inference.requests')).length, 3);
    const database = `driftloop_${stack.topicPrefix.replaceAll(/\W/g, '')}`;
    const [tables] = await warehouse.query<{ count: string }>(
      `SELECT count() AS count FROM system.tables WHERE database = '${database}'`,
    );
    assert.ok(Number(tables?.count) > 10, `${tables?.count} tables`);
    await warehouse.query(`DROP DATABASE ${database} SYNC`).catch(() => undefined);
  } finally {
    await close();
  }
});
