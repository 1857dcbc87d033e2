import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import type { InputPosition } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import { STORED_TABLES, type StoredTopic } from '../tables.ts';

/**
 * How far a topic has come into ClickHouse: partition → one past the newest offset whose row can be queried. Partitions
 * without any row are absent. A message without a value leaves no row; where such a message is in dead.letters it
 * counts as read.
 */
export async function ingested(
  client: SqlClient,
  database: string,
  topic: StoredTopic,
): Promise<Map<number, number>> {
  const newest = topic === 'inference.predictions' ? 'arrayMax(kafka_offsets)' : 'kafka_offset';
  const [rows, letters] = await Promise.all([
    client.rows<InputPosition>(
      `SELECT kafka_partition AS partition, max(${newest}) + 1 AS offset
       FROM ${database}.stored_${STORED_TABLES[topic]} GROUP BY kafka_partition`,
    ),
    client.rows<InputPosition>(
      `SELECT DISTINCT partition, offset FROM ${database}.stored_dead_letters
       WHERE topic = {topic:String} AND value IS NULL ORDER BY partition, offset`,
      { topic },
    ),
  ]);
  const positions = new Map(rows.map((row) => [row.partition, row.offset]));
  for (const { partition, offset } of letters) {
    if (offset === (positions.get(partition) ?? 0)) positions.set(partition, offset + 1);
  }
  return positions;
}

/**
 * Waits until a topic has been read up to the given positions (one past the last offset).
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE, retriable, when that takes longer than timeoutMs
 */
export async function waitForIngest(
  client: SqlClient,
  database: string,
  topic: StoredTopic,
  positions: readonly InputPosition[],
  timeoutMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, 250)) {
    const current = await ingested(client, database, topic);
    const behind = positions.filter(({ partition, offset }) => (current.get(partition) ?? 0) < offset);
    if (behind.length === 0) return;
    if (performance.now() > giveUpAt) {
      const where = behind.map(
        ({ partition, offset }) => `partition ${partition}: ${current.get(partition) ?? 0} of ${offset}`,
      );
      throw new DriftloopError(
        'WAREHOUSE_UNAVAILABLE',
        `ClickHouse did not read ${topic} in ${timeoutMs} ms (${where.join(', ')}). See system.kafka_consumers there.`,
        { retriable: true },
      );
    }
    await sleep(pauseMs);
  }
}
