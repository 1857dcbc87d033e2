import { type Answer, type AskingLabel, createServedAnswers, type ServedAnswer } from '@driftloop/spec';
import type { SqlClient } from '../sql-client.ts';
import { batches } from './id-batches.ts';

/** As in Kafka. */
const UNKNOWN_TIME = -1;
/**
 * Rows that are looked at for each label: the answer to the request that it is most likely about,
 * those in shadow to it, and the same of the next requests, should that one have no answer.
 */
const ROWS_PER_LABEL = 32;

/** Of an answer from before its request's time was kept, 1970. */
type FoundRow = Omit<Answer, 'model' | 'outputs'> & {
  readonly label: number;
  readonly outputs: readonly number[];
};

/**
 * Finds the answers that were served (live or canary) and that labels are about, as `ServedAnswers`
 * of packages/spec says.
 *
 * @returns in the order of the labels; undefined where there is none
 */
export async function predictionsFor(
  client: SqlClient,
  database: string,
  model: string,
  labels: readonly AskingLabel[],
): Promise<(ServedAnswer | undefined)[]> {
  const found = await Promise.all(
    batches(labels).map(async (batch) => {
      const rows = await client.rows<FoundRow>(
        `SELECT * EXCEPT (isLater, kafkaOffset) FROM (
           SELECT asked.label AS label, request_id AS requestId, version, role, toUnixTimestamp64Milli(event_time) AS eventTime, predicted,
             -- Of an answer in shadow they count where they say more than the class or value, as served-answers.ts has it.
             if(role = 'shadow' AND (length(outputs) < 2 OR outputs[1] != predicted), [], outputs) AS outputs,
             request_partition AS requestPartition, request_offset AS requestOffset,
             toUnixTimestamp64Milli(request_time) AS requestTime,
             requestTime > asked.time AS isLater, arrayMin(kafka_offsets) AS kafkaOffset
           FROM (
             SELECT * FROM ${database}.stored_predictions
             WHERE model = {model:String} AND request_id IN {ids:Array(String)}
           ) AS stored
           INNER JOIN (
             SELECT asked.1 AS request_id, asked.2 AS time, toUInt32(asked.3 - 1) AS label
             FROM (SELECT arrayJoin(arrayZip({ids:Array(String)}, {times:Array(Int64)}, arrayEnumerate({ids:Array(String)}))) AS asked)
           ) AS asked USING (request_id)
           ORDER BY kafkaOffset
           LIMIT 1 BY label, requestTime, requestPartition, requestOffset, version, role
         )
         -- Requests that came before the label, the newest first; then those after it, the oldest first.
         ORDER BY label, isLater, if(isLater, 1, -1) * requestTime, if(isLater, 1, -1) * requestPartition,
           if(isLater, 1, -1) * toInt64(requestOffset), kafkaOffset
         LIMIT ${ROWS_PER_LABEL} BY label`,
        {
          model,
          ids: batch.map(({ requestId }) => requestId),
          times: batch.map(({ timestamp }) => timestamp),
        },
      );
      const byLabel = Map.groupBy(rows, ({ label }) => label);
      return batch.map(({ requestId, timestamp }, label) => {
        const answers = createServedAnswers();
        answers.add((byLabel.get(label) ?? []).map((row) => answerOf(model, row)));
        return answers.find(model, requestId, timestamp);
      });
    }),
  );
  return found.flat();
}

function answerOf(model: string, { label: _, outputs, requestTime, ...row }: FoundRow): Answer {
  return { ...row, model, outputs: Float32Array.from(outputs), requestTime: requestTime || UNKNOWN_TIME };
}
