import type { SqlClient } from '../sql-client.ts';
import { idBatches } from './id-batches.ts';

/** Which of these requests are known but neither answered (live or canary) nor refused, in no order. */
export async function unserved(
  client: SqlClient,
  database: string,
  model: string,
  requestIds: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(
    idBatches(requestIds).map((ids) =>
      client.rows<{ requestId: string }>(
        `SELECT DISTINCT request_id AS requestId FROM ${database}.stored_requests AS asked
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
  return found.flat().map(({ requestId }) => requestId);
}
