import type { CommandAction, DriftState, ModelEventKind } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import { boundedTime } from '../time.ts';

/** Which part of a model's traffic to count. */
export interface SummaryQuery {
  /** Kafka time of the requests from which on, inclusive, epoch milliseconds. @default all */
  readonly from?: number;
  /** Kafka time of the requests until which, exclusive. @default all */
  readonly to?: number;
  /** A version to compare with what was served, for example the one that answered in shadow. */
  readonly compareWith?: number;
}

/** What happened to a model's traffic. */
export interface Summary {
  readonly requests: number;
  /** Requests with a live or canary answer. */
  readonly answered: number;
  /**
   * Distinct live and canary answers: one more than `answered` for each request that two versions
   * answered.
   */
  readonly predictions: number;
  /** Distinct shadow answers. */
  readonly shadowPredictions: number;
  /** Messages on inference.predictions beyond the first of the same request, version and role. */
  readonly repeated: number;
  /** Live and canary messages beyond the first of the same request: what a client may see twice. */
  readonly duplicated: number;
  /** Requests in dead.letters. */
  readonly deadLettered: number;
  /** Requests with neither an answer nor a dead letter. */
  readonly lost: number;
  /** From the Kafka timestamp of a request to that of its first answer; null without answers. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  /** Answered requests with a label. */
  readonly labelled: number;
  /** Share of right answers over labelled requests; null without any, or where
   * answers name no class. */
  readonly accuracy: {
    readonly served: number | null;
    /** Served answers and those of `compareWith`, both over the requests that have both. */
    readonly comparison: { readonly rows: number; readonly served: number; readonly other: number } | null;
  };
  /** Distinct windows with a verdict. */
  readonly windows: number;
  readonly verdicts: { readonly [state in DriftState]: number };
  readonly commands: { readonly [action in CommandAction]: number };
  readonly events: { readonly [kind in ModelEventKind]: number };
}

/** Counts what happened to a model's traffic, verdicts and versions in a span of Kafka time. */
export async function summary(
  client: SqlClient,
  database: string,
  model: string,
  query: SummaryQuery,
): Promise<Summary> {
  const params = {
    model,
    from: boundedTime(query.from ?? 0),
    to: boundedTime(query.to ?? Infinity),
    other: query.compareWith ?? 0,
  };
  const [traffic, answers, states, windows, commands, events] = await Promise.all([
    client.rows<Traffic>(trafficSql(database), params),
    client.rows<Answers>(answersSql(database), params),
    client.rows<Count>(countSql(database, 'verdicts', 'state'), params),
    client.rows<{ windows: number }>(
      `SELECT uniqExact(window_start, window_end) AS windows FROM ${database}.verdicts WHERE ${SPAN}`,
      params,
    ),
    client.rows<Count>(countSql(database, 'commands', 'action'), params),
    client.rows<Count>(countSql(database, 'model_events', 'kind'), params),
  ]);
  const { latencies, hits, otherRows, otherHits, servedHits, classified, ...counts } = only(traffic);
  return {
    ...counts,
    ...only(answers),
    latencyMs: counts.answered === 0 ? null : { p50: latencies[0], p99: latencies[1], max: latencies[2] },
    accuracy: {
      served: counts.labelled === 0 || !classified ? null : hits / counts.labelled,
      comparison:
        otherRows === 0 || !classified
          ? null
          : { rows: otherRows, served: servedHits / otherRows, other: otherHits / otherRows },
    },
    windows: only(windows).windows,
    verdicts: { stable: 0, warning: 0, drift: 0, recovering: 0, ...tally(states) },
    commands: { retrain: 0, restore: 0, promote: 0, reject: 0, ...tally(commands) },
    events: {
      registered: 0,
      candidate: 0,
      rejected: 0,
      canary: 0,
      shadow: 0,
      published: 0,
      rolledBack: 0,
      ...tally(events),
    },
  };
}

interface Traffic {
  readonly requests: number;
  readonly answered: number;
  readonly deadLettered: number;
  readonly lost: number;
  /** p50, p99 and the largest. */
  readonly latencies: readonly [number, number, number];
  readonly labelled: number;
  readonly hits: number;
  readonly otherRows: number;
  readonly otherHits: number;
  readonly servedHits: number;
  readonly classified: boolean;
}

type Answers = Pick<Summary, 'predictions' | 'shadowPredictions' | 'repeated' | 'duplicated'>;

interface Count {
  readonly name: string;
  readonly count: number;
}

const SPAN = `model = {model:String}
  AND kafka_timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND kafka_timestamp < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;

/**
 * One row per request with its first served answer, the compared version's answer, its dead letter
 * and its label.
 */
function trafficSql(database: string): string {
  return `SELECT
      count() AS requests,
      countIf(answer.served) AS answered,
      countIf(refused.known) AS deadLettered,
      countIf(NOT answer.served AND NOT refused.known) AS lost,
      quantilesExactIf(0.5, 0.99, 1)(toUnixTimestamp64Milli(answer.at) - toUnixTimestamp64Milli(asked.kafka_timestamp), answer.served) AS latencies,
      countIf(answer.served AND truth.known) AS labelled,
      countIf(answer.served AND truth.known AND answer.predicted = truth.label) AS hits,
      countIf(answer.served AND answer.compared AND truth.known) AS otherRows,
      countIf(answer.served AND answer.compared AND truth.known AND answer.other = truth.label) AS otherHits,
      countIf(answer.served AND answer.compared AND truth.known AND answer.predicted = truth.label) AS servedHits,
      (SELECT any(task) FROM ${database}.model_specs WHERE model = {model:String}) NOT IN ('regression', 'multilabel', 'ranking') AS classified
    FROM (
      SELECT request_id, kafka_partition, kafka_offset, kafka_timestamp FROM ${database}.requests WHERE ${SPAN}
    ) AS asked
    LEFT ANY JOIN (
      SELECT request_partition, request_offset,
        countIf(role != 'shadow') > 0 AS served,
        argMinIf(predicted, kafka_offset, role != 'shadow') AS predicted,
        minIf(kafka_timestamp, role != 'shadow') AS at,
        countIf(version = {other:UInt32}) > 0 AS compared,
        anyIf(predictions.predicted, version = {other:UInt32}) AS other
      FROM ${database}.predictions WHERE model = {model:String}
      GROUP BY request_partition, request_offset
    ) AS answer ON answer.request_partition = asked.kafka_partition AND answer.request_offset = asked.kafka_offset
    LEFT ANY JOIN (
      SELECT partition, offset, true AS known FROM ${database}.dead_letters WHERE topic = 'inference.requests'
    ) AS refused ON refused.partition = asked.kafka_partition AND refused.offset = asked.kafka_offset
    LEFT ANY JOIN (
      SELECT request_id, label, true AS known FROM ${database}.truths WHERE model = {model:String}
    ) AS truth ON truth.request_id = asked.request_id`;
}

/** Answers to the requests of the span, by what was written to Kafka. */
function answersSql(database: string): string {
  return `SELECT
      countIf(role != 'shadow') AS predictions,
      countIf(role = 'shadow') AS shadowPredictions,
      sum(messages) - count() AS repeated,
      sumIf(messages, role != 'shadow') - uniqExactIf((request_partition, request_offset), role != 'shadow') AS duplicated
    FROM ${database}.predictions
    WHERE model = {model:String} AND (request_partition, request_offset) IN (
      SELECT kafka_partition, kafka_offset FROM ${database}.requests WHERE ${SPAN}
    )`;
}

function countSql(database: string, view: string, column: string): string {
  return `SELECT ${column} AS name, count() AS count FROM ${database}.${view} WHERE ${SPAN} GROUP BY name`;
}

function tally(rows: readonly Count[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.name, row.count]));
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('An aggregate answered without a row.');
  return row;
}
