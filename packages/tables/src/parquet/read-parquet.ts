import { buffer } from 'node:stream/consumers';
import { DriftloopError } from '@driftloop/errors';
import { type AsyncBuffer, asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ColumnTable, ReadOptions } from '../column-table.ts';
import type { FileBytes } from '../files/open-bytes.ts';
import { columnsTold } from '../told.ts';
import { createTypedColumns } from '../typed-columns.ts';

/** Row numbers that pandas keeps beside the columns. */
const PANDAS_INDEX = /^__index_level_\d+__$/;

/**
 * Reads a Parquet file, one group of rows after the other. Nested objects become columns with
 * dotted names.
 */
export async function readParquet(bytes: FileBytes, options: ReadOptions): Promise<ColumnTable> {
  const { path } = bytes;
  const where = (row: number) => `row ${row + 1}`;
  const missing = new Set(['', ...(options.missing ?? [])]);
  const columns = createTypedColumns(
    (row) => `${path} ${where(row)}`,
    (text) => missing.has(text),
  );
  const left = new Set<string>();
  let rows = 0;
  try {
    const file = bytes.isGzip ? await unpacked(bytes) : await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    for (const group of metadata.row_groups) {
      const rowEnd = rows + Number(group.num_rows);
      await parquetRead({
        file,
        metadata,
        compressors,
        rowStart: rows,
        rowEnd,
        onChunk({ columnName, columnData, rowStart }) {
          if (PANDAS_INDEX.test(columnName)) left.add(columnName);
          else
            for (let i = 0; i < columnData.length; i++) columns.set(rowStart + i, columnName, columnData[i]);
        },
      });
      rows = rowEnd;
    }
  } catch (cause) {
    if (cause instanceof DriftloopError) throw cause;
    throw new DriftloopError('REQUEST_INVALID', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  const decided = columns.finish(rows);
  const taken = ['Parquet', ...columnsTold(decided.columns), ...[...left].map((name) => `${name} left out`)];
  return { path, format: 'Parquet', rows, columns: decided.columns, where, taken, isPlain: false };
}

async function unpacked(bytes: FileBytes): Promise<AsyncBuffer> {
  const { buffer: whole, byteOffset, byteLength } = await buffer(bytes.stream());
  const copy = whole.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  return { byteLength, slice: (start, end) => copy.slice(start, end) };
}
