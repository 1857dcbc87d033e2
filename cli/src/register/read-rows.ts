import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { clockOf } from '../stream/table-clock.ts';
import { type ColumnRoles, fitTable } from '../table/fit-table.ts';
import { openTable } from '../table/open-table.ts';
import { sliceTable } from '../table/table.ts';
import type { TableOptions } from '../table/table-options.ts';
import { labelledIn, labelledRowsOf } from './labelled-rows.ts';

/** How rows to register with are read. */
export interface RowOptions extends TableOptions, ColumnRoles {
  /** Event time of row 0, epoch ms, where no column has times. */
  readonly start: number;
  /** Between two rows, ms. @default by the times, else half an hour */
  readonly interval?: number;
}

/** Labelled rows with what the system that serves a model answered to them. */
export interface AnsweredRows {
  readonly data: LabelledRows;
  /** By row of `data`. */
  answerOf(row: number): IncumbentAnswer | undefined;
}

/**
 * The labelled rows of a file. What was found in it is told on the standard error, unless it is as
 * plain as can be.
 *
 * @param extent rows in the order of time, `to` not included
 * @throws DriftloopError REQUEST_INVALID or DATA_INVALID where file and spec do not fit
 */
export async function readRows(
  path: string,
  spec: ModelSpec,
  options: RowOptions,
  { from, to }: { from: number; to: number } = { from: 0, to: Number.POSITIVE_INFINITY },
): Promise<LabelledRows> {
  return (await readAnsweredRows(path, spec, options, { from, to })).data;
}

/** The same with the answers that columns of the file hold. */
export async function readAnsweredRows(
  path: string,
  spec: ModelSpec,
  options: RowOptions,
  { from, to }: { from: number; to: number } = { from: 0, to: Number.POSITIVE_INFINITY },
): Promise<AnsweredRows> {
  const open = await openTable(path, options);
  if (!open.isPlain) console.error(open.taken);
  const table = sliceTable(fitTable(open, spec, options), from, to);
  const rows = labelledRowsOf(table, clockOf(open, options.start, options.interval), from);
  if (rows.rows < table.rows)
    console.error(`${path}: ${table.rows - rows.rows} rows without a label are left out.`);
  const labelled = labelledIn(table);
  return { data: rows, answerOf: (row) => table.answerAt?.(labelled[row] as number) };
}
