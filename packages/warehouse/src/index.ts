export type { AlarmBudgetRow } from './queries/alarm-budget.ts';
export { type AuditFilter, auditLog, type StoredAudit } from './queries/audit.ts';
export type { DriftHistoryRow } from './queries/history.ts';
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
export type { OutputPerformanceRow } from './queries/output-performance.ts';
export { requestHistory } from './queries/request-history.ts';
export type { StoredRecord } from './queries/stored-records.ts';
export { STORED_TABLES, type StoredTopic } from './tables.ts';
export { createWarehouse, type Warehouse } from './warehouse.ts';
