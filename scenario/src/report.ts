import type { Connections } from '@driftloop/connections';
import type { DriftVerdict } from '@driftloop/schemas';

/** What a run of the loop came to; every figure is counted in ClickHouse or measured by the run. */
export interface ScenarioReport {
  readonly requests: number;
  /** Requests with a served answer. */
  readonly predictions: number;
  /** Requests with neither an answer nor a dead letter. */
  readonly lost: number;
  /** Served answers beyond the first of a request. */
  readonly duplicated: number;
  readonly deadLettered: number;
  /** From the request on Kafka to its answer on Kafka. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Windows with a verdict. */
  readonly windows: number;
  readonly drifts: readonly DriftFound[];
  /** Commands that were sent. */
  readonly retrains: number;
  /** Versions that a retrain made and that went live. */
  readonly published: number;
  /** Commands that ended without a candidate. */
  readonly unfinished: {
    /** A newer command came in before the training had ended. */
    readonly superseded: number;
    readonly failed: number;
    /** Rows, or what training on them came to, were not good enough for a candidate. */
    readonly rejected: number;
  };
  /** Candidates that are in shadow, or were until a newer one took their place. */
  readonly undecided: number;
  /** Candidates that the gate turned down, or what came while they answered in shadow. */
  readonly rejected: readonly { readonly version: number; readonly reasons: readonly string[] }[];
  readonly swaps: {
    /** Versions that went live after the first. */
    readonly count: number;
    /** Those of them that brought an earlier version back. */
    readonly rollbacks: number;
    /** Longest time between two answers around a swap, as Kafka stamped them. */
    readonly longestGapMs: number;
  };
  /** Share of right answers on the same labelled requests. */
  readonly accuracy: { readonly loop: number; readonly frozen: number; readonly labelled: number };
  readonly peakMemoryBytes: number;
  readonly seconds: number;
}

/** A change to drift, with what spoke loudest for it. */
export interface DriftFound {
  readonly windowStart: number;
  readonly changePoint: number | null;
  readonly likelihood: number;
  readonly evidence: string;
}

/** Sums up what happened to a model since it went live. */
export async function collectReport(
  { warehouse, registry }: Pick<Connections, 'warehouse' | 'registry'>,
  model: string,
  measured: { readonly peakMemoryBytes: number; readonly seconds: number },
): Promise<ScenarioReport> {
  const [summary, verdicts, longestGapMs, unfinished] = await Promise.all([
    warehouse.summary(model, { compareWith: 1 }),
    warehouse.verdicts(model, { limit: 10_000 }),
    longestSwapGap(warehouse, model),
    commandsWithoutCandidate(warehouse, model),
  ]);
  const versions = [...(registry.model(model)?.state.versions.values() ?? [])];
  const comparison = summary.accuracy.comparison;
  return {
    requests: summary.requests,
    predictions: summary.answered,
    lost: summary.lost,
    duplicated: summary.duplicated,
    deadLettered: summary.deadLettered,
    latencyMs: { p50: summary.latencyMs?.p50 ?? 0, p99: summary.latencyMs?.p99 ?? 0 },
    windows: summary.windows,
    drifts: beginningsOfDrift(verdicts),
    retrains: summary.commands.retrain,
    published: Math.max(0, summary.events.published - 1),
    unfinished,
    undecided: versions.filter(({ status }) => status === 'shadow' || status === 'candidate').length,
    rejected: versions
      .filter(({ status }) => status === 'rejected')
      .map(({ version, reasons }) => ({ version, reasons })),
    swaps: {
      count: Math.max(0, summary.events.published + summary.events.rolledBack - 1),
      rollbacks: summary.events.rolledBack,
      longestGapMs,
    },
    accuracy: {
      loop: comparison?.served ?? 0,
      frozen: comparison?.other ?? 0,
      labelled: comparison?.rows ?? 0,
    },
    ...measured,
  };
}

async function commandsWithoutCandidate(
  warehouse: Connections['warehouse'],
  model: string,
): Promise<ScenarioReport['unfinished']> {
  const rows = await warehouse.query<{ phase: string; commands: number }>(
    `SELECT phase, toUInt32(uniqExact(command_id)) AS commands FROM ${warehouse.database}.training_progress
     WHERE model = {model:String} AND command_id IN (
       SELECT command_id FROM ${warehouse.database}.commands WHERE model = {model:String} AND action = 'retrain'
     ) AND (phase IN ('superseded', 'failed') OR phase = 'rejected' AND version IS NULL) GROUP BY phase`,
    { model },
  );
  return {
    superseded: 0,
    failed: 0,
    rejected: 0,
    ...Object.fromEntries(rows.map((row) => [row.phase, row.commands])),
  };
}

function beginningsOfDrift(verdicts: readonly DriftVerdict[]): DriftFound[] {
  return verdicts
    .filter(({ state }, index) => state === 'drift' && verdicts[index - 1]?.state !== 'drift')
    .map(({ windowStart, changePoint, likelihood, evidence }) => ({
      windowStart,
      changePoint,
      likelihood,
      evidence: evidence[0]?.text ?? '',
    }));
}

/**
 * The longest time between two answers in a row on one partition where the version changed between
 * them, less what the requests themselves were apart: waiting for a request is no gap.
 */
async function longestSwapGap(warehouse: Connections['warehouse'], model: string): Promise<number> {
  const rows = await warehouse.query<{ gap: number | null }>(
    `SELECT max(greatest(0, answered - before_answered - greatest(0, asked - before_asked))) AS gap FROM (
       SELECT p.version AS version, toUnixTimestamp64Milli(p.kafka_timestamp) AS answered, toUnixTimestamp64Milli(r.kafka_timestamp) AS asked,
         lagInFrame(p.version) OVER w AS before_version,
         lagInFrame(toUnixTimestamp64Milli(p.kafka_timestamp)) OVER w AS before_answered,
         lagInFrame(toUnixTimestamp64Milli(r.kafka_timestamp)) OVER w AS before_asked
       FROM ${warehouse.database}.predictions AS p
       INNER JOIN ${warehouse.database}.requests AS r ON r.kafka_partition = p.request_partition AND r.kafka_offset = p.request_offset
       WHERE p.model = {model:String} AND p.role = 'live'
       WINDOW w AS (PARTITION BY p.request_partition ORDER BY p.request_offset ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
     ) WHERE before_version != 0 AND before_version != version`,
    { model },
  );
  return rows[0]?.gap ?? 0;
}
