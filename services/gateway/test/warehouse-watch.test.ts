import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createLogger, createMetrics } from '@driftloop/service';
import type { Warehouse } from '@driftloop/warehouse';
import { createMeters } from '../src/meters.ts';
import { watchWarehouse } from '../src/warehouse-watch.ts';

test('ClickHouse that goes and comes is said, and dead letters are counted at the first look', async () => {
  const metrics = createMetrics('gateway', { ofProcess: false });
  let isAway = false;
  let looked: () => void = () => {};
  const nextLook = () =>
    new Promise<void>((resolve) => {
      looked = resolve;
    });
  const query = (async (sql: string) => {
    // What a look comes to is told before the next one begins.
    looked();
    if (isAway) throw new DriftloopError('WAREHOUSE_UNAVAILABLE', 'It is away.');
    return sql.includes('letter_states')
      ? [{ topic: 'inference.requests', code: 'MODEL_UNKNOWN', state: 'open', letters: 3 }]
      : [];
  }) as Warehouse['query'];
  const logger = createLogger({ name: 'test', level: 'silent' });
  const watch = watchWarehouse({ query, database: 'd' }, createMeters(metrics), logger, 1);
  await nextLook();
  await nextLook();
  assert.equal(watch.trouble(), undefined);
  const told = await metrics.registry.metrics();
  assert.match(
    told,
    /dead_letters\{topic="inference\.requests",code="MODEL_UNKNOWN",state="open",service="gateway"\} 3/,
  );
  assert.match(told, /warehouse_up\{service="gateway"\} 1/);
  isAway = true;
  await nextLook();
  await nextLook();
  assert.equal(watch.trouble(), 'It is away.');
  assert.match(await metrics.registry.metrics(), /warehouse_up\{service="gateway"\} 0/);
  isAway = false;
  await nextLook();
  await nextLook();
  assert.equal(watch.trouble(), undefined);
  watch.close();
});
