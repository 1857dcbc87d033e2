import { DriftloopError } from '@driftloop/errors';
import type { IncumbentAnswer, InferenceRequest } from '@driftloop/schemas';
import { type Column, readColumns } from '@driftloop/tables';

/** A request's columns by name. */
export type NamedColumns = Required<Pick<InferenceRequest, 'numbers' | 'texts'>> &
  Pick<InferenceRequest, 'vectors'>;

/** Rows with their truth, as a model takes them. */
export interface Table {
  readonly rows: number;
  readonly featureNames: readonly string[];
  /** Numbers of a row. @default one for each feature */
  readonly width?: number;
  /** Row-major, rows × width; categories are indices, missing cells NaN. */
  readonly features: Float32Array;
  /** Free texts: the slot of one in a row has its place here. @default none */
  readonly texts?: readonly string[];
  /** Class index or value, one per row and target; NaN where the truth is missing. */
  readonly labels: Float32Array;
  /** Labels per row. @default 1 */
  readonly targets?: number;
  /** Request ids, one per row, where a column names them. */
  readonly ids?: readonly string[];
  /** Event times, epoch ms, where a column has them; ascending. */
  readonly times?: Float64Array;
  /** The columns of a row by name, where the spec names categories or has free text. */
  columnsAt?(row: number): NamedColumns;
  /** What the system that serves the model answered to a row, where columns have it. */
  answerAt?(row: number): IncumbentAnswer | undefined;
  /** Names of the classes, by index, where the spec has them. */
  readonly classNames?: readonly string[];
}

/**
 * Reads a file of numbers for which there is no spec: every column but the label is a feature.
 *
 * @param labelColumn name of the column with the truth, by default the last
 * @throws DriftloopError REQUEST_INVALID naming the line and column of what is not a number, or a
 *   missing column
 */
export async function readTable(path: string, labelColumn?: string): Promise<Table> {
  const { columns, rows, where } = await readColumns(path);
  const names = columns.map(({ name }) => name);
  const label = labelColumn === undefined ? columns.at(-1) : columns[names.indexOf(labelColumn)];
  if (label === undefined)
    throw invalid(`${path} has no column '${labelColumn}'; its columns are ${names.join(', ')}`);
  const given = columns.filter((column) => column !== label);
  const numberIn = (column: Column, row: number) => {
    const text = column.text(row);
    const value = column.number(row);
    if (text === undefined || !Number.isNaN(value)) return value;
    const place = columns.indexOf(column) + 1;
    throw invalid(`${path} ${where(row)}, column ${place}: '${text}' is not a number`);
  };
  const features = new Float32Array(rows * given.length);
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    given.forEach((column, i) => {
      features[row * given.length + i] = numberIn(column, row);
    });
    labels[row] = numberIn(label, row);
  }
  return { rows, featureNames: given.map(({ name }) => name), features, labels };
}

/** Rows [from, to) of a table, sharing its memory. */
export function sliceTable(table: Table, from: number, to: number): Table {
  const width = widthOf(table);
  const { targets = 1 } = table;
  const end = Math.min(to, table.rows);
  return {
    ...table,
    rows: Math.max(0, end - from),
    features: table.features.subarray(from * width, end * width),
    labels: table.labels.subarray(from * targets, end * targets),
    ...(table.ids === undefined ? {} : { ids: table.ids.slice(from, end) }),
    ...(table.times === undefined ? {} : { times: table.times.subarray(from, end) }),
    ...(table.answerAt === undefined ? {} : { answerAt: (row) => table.answerAt?.(from + row) }),
    ...(table.columnsAt === undefined ? {} : { columnsAt: (row) => columnsOf(table, from + row) }),
  };
}

/** Numbers of a row of a table. */
export function widthOf({ width, featureNames }: Pick<Table, 'width' | 'featureNames'>): number {
  return width ?? featureNames.length;
}

function columnsOf(table: Table, row: number): NamedColumns {
  return table.columnsAt?.(row) ?? { numbers: {}, texts: {} };
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
