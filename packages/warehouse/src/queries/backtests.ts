import type { SqlClient } from '../sql-client.ts';

/** What one backtest came to, in figures. Times are epoch ms. */
export interface SavedBacktest {
  readonly backtestId: string;
  readonly model: string;
  readonly savedAt: number;
  /** Event times of the first and after the last window. */
  readonly windowFrom: number;
  readonly windowTo: number;
  /** JSON: dotted paths of the spec → values that were used instead. */
  readonly overrides: string;
  /** Whether versions were trained in it. */
  readonly trained: boolean;
  readonly source: string;
  readonly records: number;
  /** Changes to the state drift. */
  readonly alarms: number;
  /** Beside marked drifts; null where none are marked. */
  readonly found: number | null;
  readonly missed: number | null;
  readonly falseAlarms: number | null;
  readonly meanDelayMs: number | null;
  /** Rows that were answered and have a label; 0 where nothing was trained. */
  readonly rows: number;
  /** Share of right answers, or the mean absolute error of a regression. */
  readonly score: number | null;
  readonly frozenScore: number | null;
  readonly liveScore: number | null;
  readonly retrains: number;
  readonly published: number;
  readonly trainingRows: number;
  readonly trainingSteps: number;
}

/** Rows of the tables of one backtest, by the columns of migration 017. */
export interface BacktestRows {
  readonly backtest: SavedBacktest;
  readonly signals: readonly Readonly<Record<string, unknown>>[];
  readonly verdicts: readonly Readonly<Record<string, unknown>>[];
  readonly versions: readonly Readonly<Record<string, unknown>>[];
}

/** Rows of one insert. */
const PAGE = 20_000;

/**
 * Saves a backtest; the same one again replaces itself. The summary comes last: what is listed is
 * whole.
 */
export async function saveBacktest(client: SqlClient, database: string, rows: BacktestRows): Promise<void> {
  const { backtestId: backtest_id, model } = rows.backtest;
  const own = { backtest_id, model };
  for (const table of ['signals', 'verdicts', 'versions'] as const) {
    for (let at = 0; at < rows[table].length; at += PAGE) {
      const page = rows[table].slice(at, at + PAGE).map((row) => ({ ...own, ...row }));
      await client.insert(`${database}.backtest_${table}`, page);
    }
  }
  const summary = Object.entries(rows.backtest).map(([name, value]) => [snakeCase(name), value]);
  await client.insert(`${database}.backtests`, [Object.fromEntries(summary)]);
}

const TIMES = new Set(['saved_at', 'window_from', 'window_to']);
const COLUMNS = [
  ['backtest_id', 'model', 'saved_at', 'window_from', 'window_to', 'overrides', 'trained', 'source'],
  ['records', 'alarms', 'found', 'missed', 'false_alarms', 'mean_delay_ms', 'rows', 'score'],
  ['frozen_score', 'live_score', 'retrains', 'published', 'training_rows', 'training_steps'],
].flat();

/** Which backtests. */
export interface BacktestsQuery {
  /** Of one model only. @default of all */
  readonly model?: string;
  /** The one of that id only. @default all */
  readonly backtestId?: string;
  /** @default 100 */
  readonly limit?: number;
}

/** Saved backtests, the newest first. */
export function backtests(
  client: Pick<SqlClient, 'rows'>,
  database: string,
  { limit = 100, ...filter }: BacktestsQuery,
): Promise<SavedBacktest[]> {
  const columns = COLUMNS.map((name) => {
    const column = TIMES.has(name) ? `toUnixTimestamp64Milli(saved.${name})` : `saved.${name}`;
    return `${column} AS ${camelCase(name)}`;
  });
  const conditions = Object.keys(filter).map((name) => `saved.${snakeCase(name)} = {${name}:String}`);
  return client.rows<SavedBacktest>(
    `SELECT ${columns.join(', ')} FROM ${database}.backtests AS saved FINAL
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY saved.saved_at DESC, saved.backtest_id LIMIT {limit:UInt32}`,
    { limit, ...filter },
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
