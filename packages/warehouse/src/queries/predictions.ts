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
  /** The request's Kafka timestamp, epoch ms; 0 where it is not known. */
  readonly requestTime: number;
  /** What other versions had answered in shadow by then, each version once. */
  readonly rivals: readonly { readonly version: number; readonly predicted: number }[];
}

type FoundRow = Omit<PredictionRow, 'outputs' | 'role' | 'rivals'> & {
  readonly role: PredictionRole;
  readonly outputs: readonly number[];
};

/**
 * Finds the answers that were served (live or canary) to these requests, in no order. Requests without one are absent; of
 * several answers to one request the first on Kafka counts, and of those in shadow what came before it.
 */
export async function predictionsFor(
  client: SqlClient,
  database: string,
  model: string,
  requestIds: readonly string[],
): Promise<PredictionRow[]> {
  const found = await Promise.all(
    idBatches(requestIds).map((ids) =>
      client.rows<FoundRow>(
        `SELECT request_id AS requestId, version, role, toUnixTimestamp64Milli(event_time) AS eventTime, predicted,
           if(role = 'shadow', [], outputs) AS outputs,
           request_partition AS requestPartition, request_offset AS requestOffset,
           toUnixTimestamp64Milli(request_time) AS requestTime
         FROM ${database}.stored_predictions
         WHERE model = {model:String} AND request_id IN {ids:Array(String)}
         ORDER BY arrayMin(kafka_offsets)
         LIMIT 1 BY request_id, version, role`,
        { model, ids },
      ),
    ),
  );
  return found.flatMap(servedRows);
}

/** Rows in the order of Kafka: a request's answers in shadow come before the one that is served. */
function servedRows(found: readonly FoundRow[]): PredictionRow[] {
  const served = new Map<string, PredictionRow>();
  const rivals = new Map<string, PredictionRow['rivals']>();
  for (const { role, outputs, ...row } of found) {
    const { requestId, version, predicted } = row;
    const others = rivals.get(requestId) ?? [];
    if (served.has(requestId)) continue;
    if (role === 'shadow') rivals.set(requestId, [...others, { version, predicted }]);
    else served.set(requestId, { ...row, role, outputs: Float32Array.from(outputs), rivals: others });
  }
  return [...served.values()];
}
