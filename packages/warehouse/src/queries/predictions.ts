import type { PredictionRole } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import { idBatches } from './id-batches.ts';

/** An answer that was served, as a label finds it. */
export interface PredictionRow {
  readonly requestId: string;
  readonly version: number;
  readonly role: Exclude<PredictionRole, 'shadow'>;
  /** The request's event time. */
  readonly eventTime: number;
  readonly predicted: number;
  readonly outputs: Float32Array;
  readonly requestPartition: number;
  readonly requestOffset: number;
}

/**
 * Finds the answers that were served (live or canary) to these requests, in no order. Requests without one are absent; of
 * several answers to one request the first on Kafka counts.
 */
export async function predictionsFor(
  client: SqlClient,
  database: string,
  model: string,
  requestIds: readonly string[],
): Promise<PredictionRow[]> {
  const found = await Promise.all(
    idBatches(requestIds).map((ids) =>
      client.rows<Omit<PredictionRow, 'outputs'> & { readonly outputs: readonly number[] }>(
        `SELECT request_id AS requestId, version, role, toUnixTimestamp64Milli(event_time) AS eventTime, predicted, outputs,
           request_partition AS requestPartition, request_offset AS requestOffset
         FROM ${database}.stored_predictions
         WHERE model = {model:String} AND request_id IN {ids:Array(String)} AND role IN ('live', 'canary')
         ORDER BY arrayMin(kafka_offsets)
         LIMIT 1 BY request_id`,
        { model, ids },
      ),
    ),
  );
  return found.flat().map((row) => ({ ...row, outputs: Float32Array.from(row.outputs) }));
}
