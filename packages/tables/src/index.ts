export type { Column, ColumnTable, ReadOptions } from './column-table.ts';
export { pickRows } from './pick-rows.ts';
export { readColumns } from './read-columns.ts';
export { type DateOrder, timesOf } from './values/times.ts';
