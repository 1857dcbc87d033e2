import type { DriftAction, DriftState, ModelEventKind, PredictionRole } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import { boundedTime } from '../time.ts';

/** Which part of a history to read. */
export interface HistoryQuery {
  /** At most so many rows; the newest are kept. @default 100 */
  readonly limit?: number;
  /** Event time from which on, inclusive. */
  readonly from?: number;
  /** Event time until which, exclusive. */
  readonly to?: number;
}

/** One window of a version: its strongest evidence and the verdict that followed. */
export interface DriftHistoryRow {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly version: number;
  readonly rows: number;
  readonly late: number;
  /** Largest severity of each signal, 0 to 1; null where the window was not tested for it. */
  readonly dataSeverity: number | null;
  readonly predictionSeverity: number | null;
  readonly conceptSeverity: number | null;
  /** Detectors that alone would call it drift, as signal/detector or signal/detector/feature. */
  readonly driftedDetectors: readonly string[];
  readonly leadingDetector: string;
  readonly leadingFeature: string;
  /** The verdict; null where none was about this window. */
  readonly state: DriftState | null;
  readonly likelihood: number | null;
  readonly confirmedByLabels: boolean | null;
  readonly changePoint: number | null;
  readonly action: DriftAction | null;
  readonly commandId: string | null;
}

/**
 * How good one version was in one window. Accuracies are null for a regression, errors for a
 * classification.
 */
export interface PerformanceRow {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly version: number;
  readonly role: PredictionRole;
  readonly answers: number;
  readonly labelled: number;
  readonly labelCoverage: number;
  /** Without labels, from the prediction signal. */
  readonly estimatedAccuracy: number | null;
  /** Over the labels that have come so far. */
  readonly provisionalAccuracy: number | null;
  /** The same once at least 95 % of the answers have their label. */
  readonly realisedAccuracy: number | null;
  readonly meanAbsoluteError: number | null;
  readonly rootMeanSquaredError: number | null;
  readonly estimatedMeanAbsoluteError: number | null;
  /** 95 % bounds of the estimated accuracy, or of a regression's estimated mean absolute error. */
  readonly estimatedLower: number | null;
  readonly estimatedUpper: number | null;
  /** Every metric that is estimated without labels, by its name. */
  readonly estimates: Readonly<Record<string, number>>;
  /**
   * The best that is known now, with 95 % bounds: labels where they have come, expectations put
   * right by them for other answers.
   */
  readonly accuracy: number | null;
  readonly accuracyLower: number | null;
  readonly accuracyUpper: number | null;
  /**
   * The same of all windows of the version up to this one; its bounds hold at every row at once.
   */
  readonly runningAccuracy: number | null;
  readonly runningLower: number | null;
  readonly runningUpper: number | null;
  /**
   * That of the spec's limits that most likely was missed, by the estimate; empty and null without.
   */
  readonly limitMetric: string;
  readonly limitValue: number | null;
  readonly limitMissedLikelihood: number | null;
}

/** How late the labels of one day were. */
export interface LabelLagRow {
  /** Day of arrival, YYYY-MM-DD. */
  readonly day: string;
  readonly labels: number;
  /** Labels whose request is not known. */
  readonly unmatched: number;
  /** Labels of requests that had one already. */
  readonly repeated: number;
  readonly eventLagMs: Percentiles;
  readonly wallLagMs: Percentiles;
}

/** Percentiles of a lag; null where no label found its request. */
export type Percentiles = { readonly [name in 'p50' | 'p90' | 'p99' | 'max']: number | null };

/** One step in the life of a model. */
export interface ModelHistoryRow {
  readonly version: number;
  readonly kind: ModelEventKind;
  readonly at: number;
  readonly eventTime: number;
  /** Version that is live after the step. */
  readonly liveVersion: number | null;
  readonly restoredVersion: number | null;
  readonly parentVersion: number | null;
  readonly commandId: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly reasons: readonly string[];
  readonly actor: string;
  readonly artifact: string;
  readonly sha256: string;
}

/** Windows of a model with what was found in them, oldest first. */
export function driftHistory(client: SqlClient, database: string, model: string, query: HistoryQuery) {
  return newest<DriftHistoryRow>(client, model, query, {
    view: `${database}.drift_history`,
    time: 'window_start',
    order: 'window_start, window_end, version',
    columns: `${millis('window_start')} AS windowStart, ${millis('window_end')} AS windowEnd, version, rows, late,
      data_severity AS dataSeverity, prediction_severity AS predictionSeverity, concept_severity AS conceptSeverity,
      drifted_detectors AS driftedDetectors, leading_detector AS leadingDetector, leading_feature AS leadingFeature,
      state, likelihood, confirmed_by_labels AS confirmedByLabels, ${millis('change_point')} AS changePoint,
      action, command_id AS commandId`,
  });
}

/**
 * Estimated, provisional and realised performance of a model by window, version and role, oldest
 * first.
 */
export function performance(client: SqlClient, database: string, model: string, query: HistoryQuery) {
  return newest<PerformanceRow>(client, model, query, {
    view: `${database}.performance`,
    time: 'window_start',
    order: 'window_start, window_end, version, role',
    columns: `${millis('window_start')} AS windowStart, ${millis('window_end')} AS windowEnd, version, role, answers, labelled,
      label_coverage AS labelCoverage, estimated_accuracy AS estimatedAccuracy, provisional_accuracy AS provisionalAccuracy,
      realised_accuracy AS realisedAccuracy, mean_absolute_error AS meanAbsoluteError,
      root_mean_squared_error AS rootMeanSquaredError, estimated_mean_absolute_error AS estimatedMeanAbsoluteError,
      estimated_lower AS estimatedLower, estimated_upper AS estimatedUpper, estimates, accuracy,
      accuracy_lower AS accuracyLower, accuracy_upper AS accuracyUpper, running_accuracy AS runningAccuracy,
      running_lower AS runningLower, running_upper AS runningUpper, limit_metric AS limitMetric,
      limit_value AS limitValue, limit_missed_likelihood AS limitMissedLikelihood`,
  });
}

/** Steps in the life of a model, oldest first. */
export function modelHistory(client: SqlClient, database: string, model: string, query: HistoryQuery) {
  return newest<ModelHistoryRow>(client, model, query, {
    view: `${database}.model_history`,
    time: 'event_time',
    order: 'kafka_offset',
    columns: `version, kind, ${millis('at')} AS at, ${millis('event_time')} AS eventTime, live_version AS liveVersion,
      restored_version AS restoredVersion, parent_version AS parentVersion, command_id AS commandId, metrics, reasons,
      actor, artifact, sha256`,
  });
}

/** How late the labels of a model were, by day of arrival, oldest first. */
export async function labelLag(
  client: SqlClient,
  database: string,
  model: string,
  limit = 100,
): Promise<LabelLagRow[]> {
  const lags = (kind: 'event' | 'wall') =>
    `map('p50', ${kind}_lag_p50_ms, 'p90', ${kind}_lag_p90_ms, 'p99', ${kind}_lag_p99_ms, 'max', ${kind}_lag_max_ms) AS ${kind}LagMs`;
  const rows = await client.rows<LabelLagRow>(
    `SELECT toString(day) AS day, labels, unmatched, repeated, ${lags('event')}, ${lags('wall')}
     FROM ${database}.label_lag WHERE model = {model:String} ORDER BY label_lag.day DESC LIMIT {limit:UInt32}`,
    { model, limit },
  );
  return rows.reverse();
}

interface Shape {
  readonly view: string;
  readonly time: string;
  readonly order: string;
  readonly columns: string;
}

/** The newest rows of a view within a range, oldest first. */
export async function newest<T>(
  client: SqlClient,
  model: string,
  query: HistoryQuery,
  shape: Shape,
): Promise<T[]> {
  const descending = shape.order.split(', ').map((column) => `source.${column} DESC`);
  const rows = await client.rows<T>(
    `SELECT ${shape.columns} FROM ${shape.view} AS source
     WHERE model = {model:String}
       AND source.${shape.time} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
       AND source.${shape.time} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
     ORDER BY ${descending.join(', ')} LIMIT {limit:UInt32}`,
    {
      model,
      from: boundedTime(query.from ?? -Infinity),
      to: boundedTime(query.to ?? Infinity),
      limit: query.limit ?? 100,
    },
  );
  return rows.reverse();
}

/** A column of times as epoch ms. */
export function millis(column: string): string {
  return `toUnixTimestamp64Milli(source.${column})`;
}
