import { type Answer, type AskingLabel, createServedAnswers, type ServedAnswer } from '@driftloop/spec';
import type { SqlClient } from '../sql-client.ts';
import { batches } from './id-batches.ts';

/** As in Kafka. */
const UNKNOWN_TIME = -1;
/** Of an id with so many rows not all are read: those that its labels are about are looked for. */
const MOST_ROWS_OF_AN_ID = 32;

/** Of an answer from before its request's time was kept, 1970. */
type FoundRow = Omit<Answer, 'model' | 'outputs'> & {
  readonly outputs: readonly number[];
  readonly kafkaOffset: number;
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
  const ids = [...new Set(labels.map(({ requestId }) => requestId))];
  const answers = createServedAnswers();
  const often = new Set<string>();
  const take = (rows: readonly FoundRow[]) => {
    const inOrder = rows.toSorted((a, b) => a.kafkaOffset - b.kafkaOffset);
    answers.add(inOrder.map((row) => answerOf(model, row)));
  };
  const found = batches(ids).map((batch) => client.rows<FoundRow>(allOfIds(database), { model, ids: batch }));
  for (const rows of await Promise.all(found)) {
    const byId = Map.groupBy(rows, ({ requestId }) => requestId);
    for (const [id, own] of byId) {
      if (own.length < MOST_ROWS_OF_AN_ID) take(own);
      else often.add(id);
    }
  }
  const left = distinct(labels.filter(({ requestId }) => often.has(requestId)));
  for (const batch of batches(left)) {
    const asked = {
      ids: batch.map(({ requestId }) => requestId),
      times: batch.map(({ timestamp }) => timestamp),
    };
    take(await client.rows<FoundRow>(thoseOfLabels(database), { model, ...asked }));
  }
  return labels.map(({ requestId, timestamp }) => answers.find(model, requestId, timestamp));
}

function distinct(labels: readonly AskingLabel[]): AskingLabel[] {
  return [...new Map(labels.map((label) => [`${label.timestamp}/${label.requestId}`, label])).values()];
}

const COLUMNS = `request_id AS requestId, version, role, toUnixTimestamp64Milli(event_time) AS eventTime, predicted,
  -- Of an answer in shadow they count where they say more than the class or value, as served-answers.ts has it.
  if(role = 'shadow' AND (length(outputs) < 2 OR outputs[1] != predicted), [], outputs) AS outputs,
  request_partition AS requestPartition, request_offset AS requestOffset,
  toUnixTimestamp64Milli(request_time) AS requestTime, arrayMin(kafka_offsets) AS kafkaOffset`;
const OF_IDS = 'WHERE model = {model:String} AND request_id IN {ids:Array(String)}';

function allOfIds(database: string): string {
  return `SELECT ${COLUMNS} FROM ${database}.stored_predictions ${OF_IDS}
    LIMIT ${MOST_ROWS_OF_AN_ID} BY request_id`;
}

/**
 * All answers to the requests whose time is the newest before one of the labels, or the first where
 * none is before it. Numbers alone are compared: an id may have been used a million times.
 */
function thoseOfLabels(database: string): string {
  const served = `SELECT request_id, toUnixTimestamp64Milli(request_time) AS time FROM ${database}.stored_predictions
      ${OF_IDS} AND role IN ('live', 'canary')`;
  return `WITH wanted AS (
      SELECT asked.request_id AS request_id, if(earlier.is_there = 1, earlier.time, first.time) AS time
      FROM (
        SELECT pair.1 AS request_id, pair.2 AS time
        FROM (SELECT arrayJoin(arrayZip({ids:Array(String)}, {times:Array(Int64)})) AS pair)
      ) AS asked
      ASOF LEFT JOIN (SELECT *, 1 AS is_there FROM (${served})) AS earlier
        ON asked.request_id = earlier.request_id AND asked.time >= earlier.time
      LEFT JOIN (SELECT request_id, min(time) AS time FROM (${served}) GROUP BY request_id) AS first
        ON asked.request_id = first.request_id
    )
    SELECT ${COLUMNS} FROM ${database}.stored_predictions ${OF_IDS}
      AND (request_id, toUnixTimestamp64Milli(request_time)) IN (SELECT request_id, time FROM wanted)
    ORDER BY kafkaOffset
    -- Of several answers of a version to a request the first counts.
    LIMIT 1 BY request_id, request_time, request_partition, request_offset, version, role`;
}

function answerOf(model: string, { outputs, requestTime, kafkaOffset: _, ...row }: FoundRow): Answer {
  return { ...row, model, outputs: Float32Array.from(outputs), requestTime: requestTime || UNKNOWN_TIME };
}
