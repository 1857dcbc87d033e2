import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommonMeters, createMetrics, type Reading } from '../src/index.ts';

test('lag and dead letters are those of the moment at which one looks, and an unknown age is absent', async () => {
  let reading: Reading[] = [];
  const metrics = createMetrics('test', { ofProcess: false });
  createCommonMeters(metrics, () => reading);
  const look = async () => {
    metrics.collect();
    return (await metrics.registry.metrics())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
  };
  assert.deepEqual(await look(), []);
  const one = { group: 'g', topics: ['t'], lag: 3, lagMs: 1_500, deadLettersBy: { MODEL_UNKNOWN: 2 } };
  reading = [one];
  assert.deepEqual(await look(), [
    'driftloop_consumer_lag_rows{group="g",topic="t",service="test"} 3',
    'driftloop_consumer_lag_seconds{group="g",topic="t",service="test"} 1.5',
    'driftloop_consumer_dead_letters{group="g",topic="t",code="MODEL_UNKNOWN",service="test"} 2',
  ]);
  reading = [{ ...one, lagMs: null, deadLettersBy: {} }];
  assert.deepEqual(await look(), ['driftloop_consumer_lag_rows{group="g",topic="t",service="test"} 3']);
});
