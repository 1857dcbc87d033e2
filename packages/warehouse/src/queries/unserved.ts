import type { SqlClient } from '../sql-client.ts';
import { idBatches } from './id-batches.ts';

/**
 * A request that is known but neither answered (live or canary) nor refused, and its place on
 * Kafka.
 */
export interface UnservedRequest {
  readonly requestId: string;
  readonly partition: number;
  readonly offset: number;
}

/** Which of these requests have no answer yet, in no order. */
export async function unserved(
  client: SqlClient,
  database: string,
  model: string,
  requestIds: readonly string[],
): Promise<UnservedRequest[]> {
  const found = await Promise.all(
    idBatches(requestIds).map((ids) =>
      client.rows<UnservedRequest>(
        `SELECT DISTINCT request_id AS requestId, kafka_partition AS partition, kafka_offset AS offset FROM ${database}.stored_requests AS asked
         WHERE model = {model:String} AND request_id IN {ids:Array(String)}
           AND request_id NOT IN (
             SELECT request_id FROM ${database}.stored_predictions
             WHERE model = {model:String} AND request_id IN {ids:Array(String)} AND role IN ('live', 'canary')
           )
           AND (kafka_partition, kafka_offset) NOT IN (
             SELECT partition, offset FROM ${database}.stored_dead_letters WHERE topic = 'inference.requests'
           )`,
        { model, ids },
      ),
    ),
  );
  return found.flat();
}
