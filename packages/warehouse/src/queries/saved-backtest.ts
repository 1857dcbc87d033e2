import type { Warehouse } from '../warehouse.ts';
import type { SavedBacktest } from './backtests.ts';

/** A verdict of a backtest. Times are event times, epoch ms. */
export interface BacktestVerdict {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly version: number;
  readonly state: string;
  /** 0 to 1. */
  readonly likelihood: number;
  readonly action: string;
}

/** What became of a command in a backtest that trained. */
export interface BacktestEnding {
  readonly commandId: string;
  readonly action: string;
  readonly outcome: string;
  readonly version: number | null;
  /** Event time of the decision, epoch ms. */
  readonly eventTime: number;
  /** Log time, epoch ms. */
  readonly endedAt: number;
  readonly rows: number;
  readonly steps: number;
  readonly reasons: string[];
}

/** A backtest with what it concluded. */
export interface WholeBacktest {
  readonly backtest: SavedBacktest;
  /** Oldest first. */
  readonly verdicts: BacktestVerdict[];
  readonly endings: BacktestEnding[];
}

/**
 * One saved backtest with its verdicts; undefined where there is none of that id.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export async function savedBacktest(
  { backtests, query, database }: Pick<Warehouse, 'backtests' | 'query' | 'database'>,
  model: string,
  backtestId: string,
): Promise<WholeBacktest | undefined> {
  const own = { model, backtestId };
  const [backtest] = await backtests({ ...own, limit: 1 });
  if (backtest === undefined) return undefined;
  const verdicts = await query<BacktestVerdict>(
    `SELECT toUnixTimestamp64Milli(window_start) AS windowStart, toUnixTimestamp64Milli(window_end) AS windowEnd,
       version, state, likelihood, action
     FROM ${database}.backtest_verdicts FINAL
     WHERE model = {model:String} AND backtest_id = {backtestId:String} ORDER BY sequence`,
    own,
  );
  const endings = await query<BacktestEnding>(
    `SELECT command_id AS commandId, action, outcome, version, toUnixTimestamp64Milli(event_time) AS eventTime,
       toUnixTimestamp64Milli(ended_at) AS endedAt, rows, steps, reasons
     FROM ${database}.backtest_versions FINAL
     WHERE model = {model:String} AND backtest_id = {backtestId:String} ORDER BY ordinal`,
    own,
  );
  return { backtest, verdicts, endings };
}
