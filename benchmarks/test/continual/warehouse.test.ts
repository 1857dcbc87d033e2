import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testStack } from '@driftloop/local';
import { createLogger } from '@driftloop/service';
import { continualBenchmark, createWarehouse } from '@driftloop/warehouse';
import type { Summary } from '../../src/continual/summary.ts';
import { storeInWarehouse } from '../../src/continual/warehouse.ts';

const summary: Summary = {
  scenario: 'A',
  title: 'split digits',
  strategy: 'bandit',
  seeds: 5,
  accuracy: 0.94,
  accuracySpread: 0.01,
  forgetting: 0.02,
  backwardTransfer: -0.02,
  forwardTransfer: 0.1,
  curves: { tasks: [0.9, 0.94], blocks: [], blockRows: 0 },
  memoryBytes: 195_000,
  seconds: 1.5,
};

test('figures of the benchmark go into ClickHouse, one row per strategy, absent ones as null', async () => {
  const { env, topicPrefix, release } = await testStack();
  const warehouse = createWarehouse({
    url: env.CLICKHOUSE_URL,
    topicPrefix,
    kafkaBrokers: env.KAFKA_BROKERS.split(','),
    registryUrl: env.SCHEMA_REGISTRY_URL,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  try {
    const peer = { name: 'Naive', accuracy: 0.19, spread: 0.01 };
    await storeInWarehouse([summary, { ...summary, strategy: 'naive', recoveryRows: 250, peer }], {
      ...env,
      TOPIC_PREFIX: topicPrefix,
    });
    const rows = await warehouse.query(
      `SELECT strategy, accuracy, recovery_rows, peer, peer_accuracy, abs(dateDiff('minute', measured_at, now())) < 5 AS is_recent
       FROM ${warehouse.database}.continual_benchmark ORDER BY strategy`,
    );
    assert.deepEqual(rows, [
      {
        strategy: 'bandit',
        accuracy: 0.94,
        recovery_rows: null,
        peer: '',
        peer_accuracy: null,
        is_recent: 1,
      },
      {
        strategy: 'naive',
        accuracy: 0.94,
        recovery_rows: 250,
        peer: 'Naive',
        peer_accuracy: 0.19,
        is_recent: 1,
      },
    ]);
    // What is measured again takes the place of what was.
    await storeInWarehouse(
      [{ ...summary, accuracy: 0.96, curves: { tasks: [0.92, 0.96], blocks: [], blockRows: 0 } }],
      {
        ...env,
        TOPIC_PREFIX: topicPrefix,
      },
    );
    const newest = await continualBenchmark(warehouse);
    assert.deepEqual(
      newest.map(({ strategy, title, accuracy, curve, recoveryRows }) => ({
        ...{ strategy, title, accuracy, curve, recoveryRows },
      })),
      [
        {
          strategy: 'bandit',
          title: 'split digits',
          accuracy: 0.96,
          curve: [0.92, 0.96],
          recoveryRows: null,
        },
        { strategy: 'naive', title: 'split digits', accuracy: 0.94, curve: [0.9, 0.94], recoveryRows: 250 },
      ],
    );
  } finally {
    await warehouse.drop();
    await warehouse.close();
    await release();
  }
});
