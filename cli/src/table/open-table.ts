import { DriftloopError } from '@driftloop/errors';
import { type Column, type ColumnTable, pickRows, readColumns, timesOf } from '@driftloop/tables';
import { namedColumns, typed } from './named-columns.ts';
import { readOptionsOf, type TableOptions } from './table-options.ts';

/** A file's columns in the order of time, and what was taken for what. */
export interface OpenTable {
  readonly table: ColumnTable;
  /** Those that may be features: neither ignored nor the time. */
  readonly columns: readonly Column[];
  /** Event times by row, epoch ms, where a column has them. */
  readonly times?: Float64Array;
  /** Between two rows in the middle, ms; where a column has times. */
  readonly intervalMs?: number;
  /** What was found and decided, one line. */
  readonly taken: string;
  /** Whether there is nothing about the file that a person would want to be told. */
  readonly isPlain: boolean;
}

/**
 * Reads a file and puts its rows in the order of their time; rows of one time keep their order.
 *
 * @throws DriftloopError REQUEST_INVALID naming what is wrong, where, and what to type
 */
export async function openTable(path: string, options: TableOptions): Promise<OpenTable> {
  const read = await readColumns(path, readOptionsOf(options));
  const names = read.columns.map(({ name }) => name);
  const without = new Set(namedColumns(names, options.ignore));
  for (const name of without) requireColumn(read, name);
  const { time } = options;
  const named = read.columns.filter(({ name }) => !without.has(name));
  if (time === undefined) {
    const taken = takenOf(read, [...read.taken, ...unusedTimes(named)]);
    return { table: read, columns: named, taken, isPlain: read.isPlain };
  }
  const { times, taken } = timesOf(read, requireColumn(read, time), options.dates);
  // Sorting is stable: rows of one time keep their order.
  const order = Uint32Array.from(times.keys()).sort((a, b) => (times[a] as number) - (times[b] as number));
  const isSorted = order.every((row, place) => row === place);
  const table = isSorted ? read : pickRows(read, order);
  const sorted = Float64Array.from(order, (row) => times[row] as number);
  const words = [...read.taken, taken, ...(isSorted ? [] : ['rows put in its order'])];
  return {
    table,
    columns: table.columns.filter(({ name }) => !without.has(name) && name !== time),
    times: sorted,
    intervalMs: medianInterval(sorted),
    taken: takenOf(read, words),
    isPlain: false,
  };
}

/** @throws DriftloopError REQUEST_INVALID where a table has no such column */
export function requireColumn({ path, columns }: ColumnTable, name: string): Column {
  const column = columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  throw new DriftloopError(
    'REQUEST_INVALID',
    `${path} has no column '${name}'; its columns are ${columns.map((one) => one.name).join(', ')}`,
  );
}

/** Event times decide windows: who forgets --time must not find rows in 1996 without being told. */
function unusedTimes(columns: readonly Column[]): readonly string[] {
  const found = columns.find(({ kind }) => kind === 'time');
  return found === undefined
    ? []
    : [
        `${found.name} is not used for event times (--time ${typed(found.name)} does), --start and --interval are`,
      ];
}

function takenOf({ path, rows }: ColumnTable, words: readonly string[]): string {
  return `${path}: ${rows.toLocaleString('en-US')} rows; ${words.join(', ')}.`;
}

/** The median distance of rows, or their mean distance where most lie at one time; at least 1. */
function medianInterval(times: Float64Array): number {
  if (times.length < 2) return 1;
  const distances = times
    .subarray(1)
    .map((time, i) => time - (times[i] as number))
    .sort();
  const median = distances[distances.length >> 1] as number;
  const mean = ((times.at(-1) as number) - (times[0] as number)) / (times.length - 1);
  return Math.max(1, Math.round(median > 0 ? median : mean));
}
