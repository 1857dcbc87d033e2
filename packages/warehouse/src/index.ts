export type { AlarmBudgetRow } from './queries/alarm-budget.ts';
export { type AuditFilter, auditLog, type StoredAudit } from './queries/audit.ts';
export type { BacktestRows, SavedBacktest } from './queries/backtests.ts';
export { commands } from './queries/commands.ts';
export { continualBenchmark, type StrategyFigures } from './queries/continual-benchmark.ts';
export type { DriftHistoryRow, HistoryQuery, PerformanceRow } from './queries/history.ts';
export type { LabelledRowsQuery } from './queries/labelled-rows.ts';
export {
  type LetterCount,
  type LetterFilter,
  type LetterWithBytes,
  letterCounts,
  letterSizes,
  letters,
  lettersWithBytes,
  type StoredLetter,
} from './queries/letters.ts';
export { notificationLog, type StoredNotification } from './queries/notifications.ts';
export type { OutputPerformanceRow } from './queries/output-performance.ts';
export { type ModelOverview, overview } from './queries/overview.ts';
export { requestHistory } from './queries/request-history.ts';
export { savedBacktest } from './queries/saved-backtest.ts';
export type { StoredRecord } from './queries/stored-records.ts';
export { strongestEvidence } from './queries/strongest.ts';
export { trainingRun } from './queries/training-run.ts';
export { STORED_TABLES, type StoredTopic } from './tables.ts';
export { createWarehouse, type Warehouse } from './warehouse.ts';
