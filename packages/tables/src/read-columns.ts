import type { ColumnTable, ReadOptions } from './column-table.ts';
import { readCsv } from './csv/read-csv.ts';
import { formatOf } from './files/format-of.ts';
import { openBytes } from './files/open-bytes.ts';
import { readJson } from './json/read-json.ts';
import { readParquet } from './parquet/read-parquet.ts';

/**
 * Reads a table as it is: CSV of any dialect, JSON lines or a JSON list of objects, Parquet; each
 * gzipped or not. What a file is shows in its first bytes, what a column is over all its rows.
 *
 * @throws DriftloopError REQUEST_INVALID naming file, line and what to do
 */
export async function readColumns(path: string, options: ReadOptions = {}): Promise<ColumnTable> {
  const bytes = await openBytes(path);
  const format = formatOf(bytes);
  if (format === 'CSV') return readCsv(bytes, options);
  return format === 'Parquet' ? readParquet(bytes, options) : readJson(bytes, format, options);
}
