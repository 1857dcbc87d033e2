import type { PredictionRole } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import { type HistoryQuery, millis, newest } from './history.ts';

/**
 * How good one of several outputs of a version was in one window, over the labels that have come.
 */
export interface OutputPerformanceRow {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly version: number;
  readonly role: PredictionRole;
  readonly output: string;
  /** Answers; of a ranking items of queries that have an order. */
  readonly answers: number;
  readonly labelled: number;
  /**
   * Those that fit the output's role: meanAbsoluteError and rootMeanSquaredError of a value;
   * accuracy, precision and recall of a label; pinballLoss and coverage of a quantile; ndcg of a
   * score.
   */
  readonly figures: Readonly<Record<string, number>>;
}

const FIGURES = {
  mean_absolute_error: 'meanAbsoluteError',
  root_mean_squared_error: 'rootMeanSquaredError',
  accuracy: 'accuracy',
  precision: 'precision',
  recall: 'recall',
  pinball_loss: 'pinballLoss',
  coverage: 'coverage',
};

/**
 * Performance by window, version, role and output, oldest first; none of a model with one output.
 */
export function outputPerformance(client: SqlClient, database: string, model: string, query: HistoryQuery) {
  const common = 'model, window_start, window_end, version, role';
  const figures = Object.entries(FIGURES).map(([column, name]) => `'${name}', ${column}`);
  const view = `(
      SELECT ${common}, output, answers, labelled, mapFilter((name, value) -> value IS NOT NULL, map(${figures.join(', ')})) AS figures
      FROM ${database}.output_performance WHERE model = {model:String}
      UNION ALL
      SELECT ${common}, 'score', items, items, map('ndcg', toNullable(ndcg))
      FROM ${database}.ranking_performance WHERE model = {model:String}
    )`;
  return newest<OutputPerformanceRow>(client, model, query, {
    view,
    time: 'window_start',
    order: 'window_start, window_end, version, role, output',
    columns: `${millis('window_start')} AS windowStart, ${millis('window_end')} AS windowEnd, version, role, output, answers,
      labelled, figures`,
  });
}
