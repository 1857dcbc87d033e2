import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { DriftloopError } from '@driftloop/errors';
import { parse } from 'csv-parse';

/** A CSV file of numbers, in columns' order without the label. */
export interface Table {
  readonly rows: number;
  readonly featureNames: readonly string[];
  /** Row-major, rows × featureNames.length; empty cells are NaN. */
  readonly features: Float32Array;
  /** One per row. */
  readonly labels: Float32Array;
  /** Request ids, one per row, where a column names them. */
  readonly ids?: readonly string[];
}

/**
 * Reads a CSV file with a header, gzipped or not.
 *
 * @param labelColumn name of the column with the truth, by default the last; every other column is
 *   a feature
 * @param idColumn name of a column with request ids, which is then no feature
 * @throws DriftloopError REQUEST_INVALID naming the line and column of what is not a number, a
 *   missing column, or an id that is empty or twice
 */
export async function readTable(path: string, labelColumn?: string, idColumn?: string): Promise<Table> {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const features: number[] = [];
  const labels: number[] = [];
  let featureNames: string[] = [];
  const ids = new Set<string>();
  let labelIndex = -1;
  let idIndex = -1;
  let rows = 0;
  const parser = text.pipe(parse({ skip_empty_lines: true, trim: true }));
  const forward = (error: Error) => parser.destroy(error);
  file.once('error', forward);
  text.once('error', forward);
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (labelIndex < 0) {
        labelIndex = labelColumn === undefined ? record.length - 1 : record.indexOf(labelColumn);
        if (labelIndex < 0) {
          throw invalid(`${path} has no column '${labelColumn}'; its columns are ${record.join(', ')}`);
        }
        idIndex = idColumn === undefined ? -1 : record.indexOf(idColumn);
        if (idColumn !== undefined && idIndex < 0) {
          throw invalid(`${path} has no column '${idColumn}'; its columns are ${record.join(', ')}`);
        }
        featureNames = record.filter((_, column) => column !== labelIndex && column !== idIndex);
        continue;
      }
      rows += 1;
      record.forEach((cell, column) => {
        if (column === idIndex) {
          if (cell === '' || ids.has(cell))
            throw invalid(
              `${path} line ${rows + 1}: the id '${cell}' is ${cell === '' ? 'empty' : 'there twice'}`,
            );
          ids.add(cell);
          return;
        }
        const value = cell === '' ? Number.NaN : Number(cell);
        if (cell !== '' && Number.isNaN(value)) {
          throw invalid(`${path} line ${rows + 1}, column ${column + 1}: '${cell}' is not a number`);
        }
        if (column === labelIndex) labels.push(value);
        else features.push(value);
      });
    }
  } catch (error) {
    if (error instanceof DriftloopError) throw error;
    throw invalid(`${path} cannot be read: ${(error as Error).message}`);
  }
  return {
    rows,
    featureNames,
    features: Float32Array.from(features),
    labels: Float32Array.from(labels),
    ...(idColumn === undefined ? {} : { ids: [...ids] }),
  };
}

/** Rows [from, to) of a table, sharing its memory. */
export function sliceTable(table: Table, from: number, to: number): Table {
  const width = table.featureNames.length;
  const end = Math.min(to, table.rows);
  return {
    rows: Math.max(0, end - from),
    featureNames: table.featureNames,
    features: table.features.subarray(from * width, end * width),
    labels: table.labels.subarray(from, end),
    ...(table.ids === undefined ? {} : { ids: table.ids.slice(from, end) }),
  };
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
