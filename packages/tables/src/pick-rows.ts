import type { ColumnTable } from './column-table.ts';

/** The rows of a table at the given positions, in that order, without a copy. */
export function pickRows(table: ColumnTable, positions: ArrayLike<number>): ColumnTable {
  const at = (row: number) => positions[row] ?? -1;
  return {
    ...table,
    rows: positions.length,
    columns: table.columns.map((column) => ({
      name: column.name,
      kind: column.kind,
      text: (row) => column.text(at(row)),
      number: (row) => column.number(at(row)),
    })),
    where: (row) => table.where(at(row)),
  };
}
