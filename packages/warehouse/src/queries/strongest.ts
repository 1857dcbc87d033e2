import type { Signal } from '@driftloop/schemas';
import { boundedTime } from '../time.ts';
import type { Warehouse } from '../warehouse.ts';
import type { HistoryQuery } from './history.ts';

/** The strongest evidence of one signal about one feature in one window. */
export interface StrongestEvidence {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly version: number;
  readonly signal: Signal;
  /** Empty for all together. */
  readonly feature: string;
  readonly detector: string;
  readonly statistic: number;
  readonly expected: number | null;
  readonly threshold: number;
  readonly pValue: number | null;
  /** What stands out, in words; empty where the numbers say it all. */
  readonly detail: string;
  /** 0 to 1. */
  readonly severity: number;
  /** Whether a detector alone calls it drift. */
  readonly drifted: boolean;
  readonly rows: number;
}

/**
 * The strongest evidence of each signal and feature by window, oldest first.
 *
 * @param query its limit is of windows; the newest are kept
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export function strongestEvidence(
  { query: ask, database }: Pick<Warehouse, 'query' | 'database'>,
  model: string,
  { limit = 100, from = -Infinity, to = Infinity }: HistoryQuery,
): Promise<StrongestEvidence[]> {
  return ask<StrongestEvidence>(
    `WITH windows AS (
       SELECT DISTINCT window_start FROM ${database}.stored_signals
       WHERE model = {model:String} AND error = ''
         AND window_start >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
         AND window_start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
       ORDER BY window_start DESC LIMIT {limit:UInt32}
     )
     SELECT toUnixTimestamp64Milli(source.window_start) AS windowStart, toUnixTimestamp64Milli(source.window_end) AS windowEnd,
       source.version AS version, source.signal AS signal, source.feature AS feature,
       argMax(source.detector, strength) AS detector,
       argMax(source.statistic, strength) AS statistic,
       argMax(tuple(source.expected), strength).1 AS expected,
       argMax(source.threshold, strength) AS threshold,
       argMax(tuple(source.p_value), strength).1 AS pValue,
       argMax(source.detail, strength) AS detail,
       max(source.severity) AS severity, max(source.drifted) AS drifted, max(source.n) AS rows
     FROM (SELECT *, tuple(severity, detector) AS strength FROM ${database}.signals) AS source
     WHERE source.model = {model:String} AND source.window_start IN windows
     GROUP BY source.window_start, source.window_end, source.version, source.signal, source.feature
     ORDER BY source.window_start, source.window_end, version, signal, feature`,
    { model, limit, from: boundedTime(from), to: boundedTime(to) },
  );
}
