import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openConnections } from '@driftloop/connections';
import { orderOf } from '@driftloop/continual';
import { testStack } from '@driftloop/local';
import type { TrainingProgress } from '@driftloop/schemas';
import { createLogger, loadConfig, systemClock } from '@driftloop/service';
import { STORED_TABLES } from '@driftloop/warehouse';
import { carryOut } from '../src/carry-out.ts';
import { createProgress } from '../src/commands/progress.ts';
import { configSchema, engineSettings } from '../src/config.ts';
import { createTrainingProcesses } from '../src/run/spawn.ts';
import { commandOf } from './fixtures/command.ts';
import { jobOf, rowsOf } from './fixtures/job.ts';

test('a stop ends the wait for labels that ClickHouse does not have yet, and leaves the command as it was', {
  // Without the stop it would wait for a day.
  timeout: 120_000,
}, async (t) => {
  const { env, topicPrefix, release } = await testStack();
  t.after(release);
  const folder = mkdtempSync(join(tmpdir(), 'trainer-stop-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const config = loadConfig(configSchema, {
    ...env,
    TOPIC_PREFIX: topicPrefix,
    ARTIFACTS_URL: pathToFileURL(folder).href,
    TRAINER_DATA_TIMEOUT_MS: String(24 * 3_600_000),
  });
  const logger = createLogger({ name: 'trainer-stop-test', level: 'silent' });
  const connections = await openConnections(config, 'trainer-stop-test', logger, {
    needs: ['warehouse'],
  });
  const { bus, registry, producer, warehouse } = connections;
  t.after(async () => {
    await warehouse.drop();
    await connections.close();
  });
  const processes = createTrainingProcesses({ nice: 10, engine: engineSettings(config) });
  t.after(() => processes.close());

  const { spec, model, profile } = jobOf(rowsOf(100, 4));
  await registry.register({
    spec,
    onnx: model,
    profile,
    metrics: {},
    publish: true,
    eventTime: 1,
    reasons: [],
    actor: 'test',
  });
  // Labels are on Kafka, and nothing takes them to ClickHouse any more.
  const drop = `DROP VIEW ${warehouse.database}.ingest_${STORED_TABLES['inference.labels']} SYNC`;
  assert.ok((await fetch(env.CLICKHOUSE_URL, { method: 'POST', body: drop })).ok);
  const label = { requestId: 'r', model: spec.model, eventTime: 1, label: 1 };
  await producer.send('inference.labels', [{ key: 'r', value: label }]);
  const positions = (await bus.offsets('inference.labels')).map(({ partition, high }) => ({
    partition,
    offset: high,
  }));
  const command = commandOf({
    model: spec.model,
    baseVersion: 1,
    labelsThrough: positions,
    issuedAt: Date.now(),
  });

  const stop = new AbortController();
  const progress = createProgress(producer, command, systemClock);
  const phase: typeof progress.phase = async (name, message) => {
    await progress.phase(name, message);
    setImmediate(() => stop.abort());
  };
  const parts = { config, logger, bus, warehouse, registry, processes, signal: stop.signal };
  assert.equal(await carryOut(orderOf(command), { ...progress, phase }, parts), 'aborted');
  const told: TrainingProgress[] = [];
  for await (const records of bus.slice('training.progress', { by: 'offset' }))
    told.push(...records.map(({ value }) => value));
  assert.deepEqual(
    told.map(({ commandId, phase }) => [commandId, phase]),
    [[command.commandId, 'reading']],
  );
});
