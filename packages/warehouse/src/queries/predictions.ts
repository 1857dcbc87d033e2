import { type Answer, createServedAnswers, type ServedAnswer } from '@driftloop/spec';
import type { SqlClient } from '../sql-client.ts';
import { idBatches } from './id-batches.ts';

/** As in Kafka. */
const UNKNOWN_TIME = -1;

/** Of an answer from before its request's time was kept, 1970. */
type FoundRow = Omit<Answer, 'model' | 'outputs'> & { readonly outputs: readonly number[] };

/**
 * Finds the answers that were served (live or canary) to these requests, in no order. Requests
 * without one are absent; of several answers to one request the first on Kafka counts, and of those
 * in shadow what came before it.
 */
export async function predictionsFor(
  client: SqlClient,
  database: string,
  model: string,
  requestIds: readonly string[],
): Promise<ServedAnswer[]> {
  const found = await Promise.all(
    idBatches(requestIds).map((ids) =>
      client.rows<FoundRow>(
        `SELECT request_id AS requestId, version, role, toUnixTimestamp64Milli(event_time) AS eventTime, predicted,
           -- Of an answer in shadow they count where they say more than the class or value, as served-answers.ts has it.
           if(role = 'shadow' AND (length(outputs) < 2 OR outputs[1] != predicted), [], outputs) AS outputs,
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
  const answers = createServedAnswers();
  for (const rows of found) answers.add(rows.map((row) => answerOf(model, row)));
  return [...new Set(requestIds)].flatMap((requestId) => answers.find(model, requestId) ?? []);
}

function answerOf(model: string, { outputs, requestTime, ...row }: FoundRow): Answer {
  return { ...row, model, outputs: Float32Array.from(outputs), requestTime: requestTime || UNKNOWN_TIME };
}
