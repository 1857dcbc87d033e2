import { DriftloopError } from '@driftloop/errors';
import { CsvError, parse } from 'csv-parse';
import { createCellBuilder } from '../cells/cells.ts';
import type { ColumnTable, ReadOptions } from '../column-table.ts';
import { columnsOfTexts } from '../columns-of.ts';
import type { FileBytes } from '../files/open-bytes.ts';
import { requireUtf8 } from '../files/require-utf8.ts';
import { columnsTold } from '../told.ts';
import { isMissingText } from '../values/missing.ts';
import { findDialect } from './dialect.ts';
import { headerOf } from './header.ts';

/** Names of separators in words. */
const SPOKEN: Readonly<Record<string, string>> = { '\t': 'tab', ' ': 'space' };

/** Reads a CSV file with a header, in whatever dialect. */
export async function readCsv(bytes: FileBytes, options: ReadOptions): Promise<ColumnTable> {
  const { path } = bytes;
  const dialect = findDialect(path, headOf(bytes), options);
  const { separator, quote } = dialect;
  const isMissing = isMissingText(options.missing ?? []);
  const source = bytes.stream();
  const checked = source.pipe(requireUtf8(path));
  const parser = checked.pipe(
    parse({ bom: true, delimiter: separator, quote, escape: quote, skip_empty_lines: true, trim: true }),
  );
  for (const part of [source, checked]) part.once('error', (error) => parser.destroy(error));
  let header: ReturnType<typeof headerOf> | undefined;
  let builders: ReturnType<typeof createCellBuilder>[] = [];
  let rows = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (header === undefined) {
        header = headerOf(path, record);
        builders = header.names.map(createCellBuilder);
        continue;
      }
      for (let i = 0; i < builders.length; i++) {
        const cell = record[header.places[i] as number] as string;
        const builder = builders[i] as (typeof builders)[number];
        if (isMissing(cell)) continue;
        const value = Number(cell);
        if (String(value) === cell && Number.isFinite(value)) builder.setNumber(rows, value);
        else builder.setText(rows, cell);
      }
      rows += 1;
    }
  } catch (error) {
    if (error instanceof DriftloopError) throw error;
    const { message } = error as Error;
    throw new DriftloopError('REQUEST_INVALID', `${path} cannot be read: ${message}. ${todoOf(error)}`, {
      cause: error,
    });
  }
  if (header === undefined)
    throw new DriftloopError('REQUEST_INVALID', `${path} is empty: its first line must name its columns.`);
  const decided = columnsOfTexts(
    builders.map((builder) => builder.finish(rows)),
    options.decimal,
  );
  const { columns, decimal } = decided;
  const dialectTold = [
    `${SPOKEN[separator] ?? separator} separates`,
    ...(quote === '"' ? [] : [`${quote} quotes`]),
    ...(decimal === ',' ? ['decimal comma'] : []),
  ];
  const notes = [...decided.told, ...header.told];
  return {
    path,
    format: 'CSV',
    rows,
    columns,
    where: (row) => `line ${row + 2}`,
    taken: [...dialectTold, ...columnsTold(columns), ...notes],
    isPlain: separator === ',' && dialectTold.length === 1 && notes.length === 0 && columns.every(isNumeric),
  };
}

function isNumeric({ kind }: ColumnTable['columns'][number]): boolean {
  return kind === 'number' || kind === 'empty';
}

/** The first lines that are there as a whole. */
function headOf({ head, isWhole }: FileBytes): string {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  return isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1) || text;
}

/** What to do about what the parser found. */
function todoOf(error: unknown): string {
  const code = error instanceof CsvError ? error.code : '';
  return code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'
    ? 'Each line must have as many cells as the first one names columns: mend the line, or name the signs that the file has (--separator, --quote).'
    : 'Mend the line, or name the sign around the cells (--quote).';
}
