import type { InputPosition } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import { STORED_TABLES, type StoredTopic } from '../tables.ts';

/** Partition → one past an offset. */
export type Positions = Map<number, number>;

/**
 * How far a topic has come into ClickHouse: partition → one past the newest offset whose row can be
 * queried. Partitions without any row are absent. A message without a value leaves no row; where
 * such a message is in dead.letters it counts as read.
 */
export async function ingested(client: SqlClient, database: string, topic: StoredTopic): Promise<Positions> {
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
  const positions = positionsOf(rows);
  for (const { partition, offset } of letters) {
    if (offset === (positions.get(partition) ?? 0)) positions.set(partition, offset + 1);
  }
  return positions;
}

/**
 * How far ClickHouse's consumer of a topic has come, rows or not: beyond `ingested` where the
 * newest messages leave no row (no value, the marks that end a transaction). Partitions are absent
 * while the consumer is at work, has failed in the last minute, or belongs to another node.
 */
export async function consumed(client: SqlClient, database: string, topic: StoredTopic): Promise<Positions> {
  const rows = await client.rows<InputPosition>(
    `SELECT assignments.partition_id AS partition, assignments.current_offset AS offset
     FROM system.kafka_consumers ARRAY JOIN assignments.partition_id, assignments.current_offset
     WHERE database = {database:String} AND table = {table:String} AND is_currently_used = 0
       AND last_poll_time > now() - INTERVAL 10 SECOND
       AND NOT arrayExists(time -> time > now() - INTERVAL 60 SECOND, exceptions.time)`,
    { database, table: `queue_${STORED_TABLES[topic]}` },
  );
  return positionsOf(rows);
}

function positionsOf(rows: readonly InputPosition[]): Positions {
  return new Map(rows.map(({ partition, offset }) => [partition, offset]));
}
