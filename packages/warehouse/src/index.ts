export type {
  DriftHistoryRow,
  HistoryQuery,
  LabelLagRow,
  ModelHistoryRow,
  Percentiles,
  PerformanceRow,
} from './queries/history.ts';
export type { LabelledRowsQuery } from './queries/labelled-rows.ts';
export type { SliceRange } from './queries/slice.ts';
export type { SliceRecords, StoredRecord } from './queries/stored-records.ts';
export type { Summary, SummaryQuery } from './queries/summary.ts';
export type { SqlParams } from './sql-client.ts';
export { STORED_TABLES, type StoredTopic } from './tables.ts';
export { createWarehouse, type Warehouse, type WarehouseOptions } from './warehouse.ts';
