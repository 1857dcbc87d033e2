import type { DriftAction, DriftState } from '@driftloop/schemas';
import { boundedTime } from '../time.ts';
import type { Warehouse } from '../warehouse.ts';

/** How a model stands, as far as ClickHouse has it; null is nothing known yet. */
export interface ModelOverview {
  readonly model: string;
  /** The newest verdict. */
  readonly verdict: NewestVerdict | null;
  /** From the newest window whose labels have come. */
  readonly realised: NewestScore | null;
  /** From the newest window of answers, without labels. */
  readonly estimated: NewestScore | null;
  readonly requests: Traffic;
  readonly labels: Traffic;
}

/** What the ensemble concluded last. */
export interface NewestVerdict {
  readonly version: number;
  readonly state: DriftState;
  readonly likelihood: number;
  readonly windowEnd: number;
  readonly action: DriftAction;
  /** What weighed most, in words; empty without any. */
  readonly evidence: string;
}

/** Accuracy of one window; the mean squared error of a model without classes. */
export interface NewestScore {
  readonly value: number;
  /** What it is in the version's reference. */
  readonly expected: number | null;
  readonly rows: number;
  readonly windowEnd: number;
}

/** What came on a topic since a moment. */
export interface Traffic {
  readonly rows: number;
  /** Kafka time of the newest, within what is looked at. */
  readonly newestAt: number | null;
}

interface Range {
  /** Kafka time from which on rows are counted, epoch ms. */
  readonly countFrom: number;
  /** Kafka time from which on the newest one is looked for, epoch ms. */
  readonly lookFrom: number;
}

type Of<T> = T & { readonly model: string };

/**
 * The newest of every model that ClickHouse knows anything of: a handful of queries, however many
 * models there are.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export async function overview(
  warehouse: Pick<Warehouse, 'query' | 'database'>,
  range: Range,
): Promise<ModelOverview[]> {
  const [verdicts, realised, estimated, requests, labels] = await Promise.all([
    newestVerdicts(warehouse),
    newestScores(warehouse, 'concept', 'accuracy'),
    newestScores(warehouse, 'prediction', 'cbpe'),
    traffic(warehouse, 'stored_requests', range),
    traffic(warehouse, 'stored_labels', range),
  ]);
  const models = new Set(
    [verdicts, realised, estimated, requests, labels].flatMap((rows) => [...rows.keys()]),
  );
  return [...models].sort().map((model) => ({
    model,
    verdict: verdicts.get(model) ?? null,
    realised: realised.get(model) ?? null,
    estimated: estimated.get(model) ?? null,
    requests: requests.get(model) ?? NONE,
    labels: labels.get(model) ?? NONE,
  }));
}

const NONE: Traffic = { rows: 0, newestAt: null };

type Asking = Pick<Warehouse, 'query' | 'database'>;

async function newestVerdicts({ query, database }: Asking): Promise<Map<string, NewestVerdict>> {
  return byModel(
    await query<Of<NewestVerdict>>(
      `SELECT model, version, state, likelihood, toUnixTimestamp64Milli(window_end) AS windowEnd, action,
         if(empty(evidence), '', evidence[1].text) AS evidence
       FROM ${database}.stored_verdicts AS source WHERE error = ''
       ORDER BY model, sequence DESC LIMIT 1 BY model`,
    ),
  );
}

async function newestScores(
  { query, database }: Asking,
  signal: string,
  detector: string,
): Promise<Map<string, NewestScore>> {
  return byModel(
    await query<Of<NewestScore>>(
      `SELECT model, statistic AS value, expected, n AS rows, toUnixTimestamp64Milli(window_end) AS windowEnd
       FROM ${database}.stored_signals AS source
       WHERE signal = {signal:String} AND detector = {detector:String} AND feature = '' AND error = ''
       ORDER BY model, window_end DESC, version DESC LIMIT 1 BY model`,
      { signal, detector },
    ),
  );
}

async function traffic(
  { query, database }: Asking,
  table: 'stored_requests' | 'stored_labels',
  { countFrom, lookFrom }: Range,
): Promise<Map<string, Traffic>> {
  return byModel(
    await query<Of<Traffic>>(
      `SELECT model, countIf(kafka_timestamp >= fromUnixTimestamp64Milli({countFrom:Int64}, 'UTC')) AS rows,
         toNullable(toUnixTimestamp64Milli(max(kafka_timestamp))) AS newestAt
       FROM ${database}.${table}
       WHERE kafka_timestamp >= fromUnixTimestamp64Milli({lookFrom:Int64}, 'UTC') AND error = ''
       GROUP BY model`,
      { countFrom: boundedTime(countFrom), lookFrom: boundedTime(lookFrom) },
    ),
  );
}

function byModel<T>(rows: readonly Of<T>[]): Map<string, T> {
  return new Map(rows.map(({ model, ...rest }) => [model, rest as T]));
}
