import { randomUUID } from 'node:crypto';
import { createClient } from '@clickhouse/client';
import { commonConfig, createLogger, loadConfig } from '@driftloop/service';
import { createWarehouse } from '@driftloop/warehouse';
import Type from 'typebox';
import type { Summary } from './summary.ts';

/**
 * Puts a row per summary into `continual_benchmark` where CLICKHOUSE_URL is set; Kafka and the
 * registry must be named then too.
 */
export async function storeInWarehouse(summaries: readonly Summary[], env: NodeJS.ProcessEnv): Promise<void> {
  if (!env.CLICKHOUSE_URL) return;
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, CLICKHOUSE_URL, TOPIC_PREFIX } = commonConfig;
  const config = loadConfig(
    Type.Object({ KAFKA_BROKERS, SCHEMA_REGISTRY_URL, CLICKHOUSE_URL, TOPIC_PREFIX }),
    env,
  );
  const warehouse = createWarehouse({
    url: config.CLICKHOUSE_URL,
    topicPrefix: config.TOPIC_PREFIX,
    kafkaBrokers: config.KAFKA_BROKERS,
    registryUrl: config.SCHEMA_REGISTRY_URL,
    logger: createLogger({ name: 'benchmark', level: 'warn' }),
  });
  const client = createClient({ url: config.CLICKHOUSE_URL });
  try {
    await warehouse.migrate({ reconnect: false });
    const run = { run_id: randomUUID(), measured_at: Date.now() };
    await client.insert({
      table: `${warehouse.database}.continual_benchmark`,
      format: 'JSONEachRow',
      values: summaries.map((summary) => ({ ...run, ...rowOf(summary) })),
    });
  } finally {
    await client.close();
    await warehouse.close();
  }
}

function rowOf(summary: Summary) {
  return {
    scenario: summary.scenario,
    title: summary.title,
    strategy: summary.strategy,
    seeds: summary.seeds,
    accuracy: summary.accuracy,
    accuracy_spread: summary.accuracySpread,
    forgetting: summary.forgetting,
    backward_transfer: summary.backwardTransfer,
    forward_transfer: summary.forwardTransfer,
    prequential: summary.prequential ?? null,
    recovery_rows: summary.recoveryRows ?? null,
    curve: summary.curves.tasks,
    blocks: summary.curves.blocks,
    block_rows: summary.curves.blockRows,
    memory_bytes: summary.memoryBytes,
    seconds: summary.seconds,
    peer: summary.peer?.name ?? '',
    peer_accuracy: summary.peer?.accuracy ?? null,
  };
}
