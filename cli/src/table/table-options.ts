import type { DateOrder, ReadOptions } from '@driftloop/tables';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What a person says of a file's columns and of how it is written. */
export interface TableOptions {
  readonly time?: string;
  readonly dates?: DateOrder;
  /** As typed: `namedColumns` says which they are. */
  readonly ignore?: readonly string[];
  readonly separator?: string;
  readonly quote?: string;
  readonly decimal?: '.' | ',';
  readonly missing?: readonly string[];
}

/** Adds what every command that reads a table has. */
export function withTableOptions(command: Command): Command {
  return command
    .option('--time <column>', 'column with the event time: rows are put in its order')
    .addOption(
      new Option('--dates <order>', 'what comes first in dates like 01/02/2014').choices([
        'day-first',
        'month-first',
      ]),
    )
    .option('--ignore <columns>', 'columns to leave out, separated by commas; may be repeated', columns)
    .option('--separator <sign>', 'between the cells of a CSV file: , ; | or tab (default: found)', separator)
    .option('--quote <sign>', 'around the cells of a CSV file (default: found)', sign)
    .addOption(
      new Option('--decimal <sign>', 'decimal sign of a CSV file (default: found)').choices(['.', ',']),
    )
    .option(
      '--missing <text>',
      'stands for a missing value beside empty cells, NA, NaN, null, None and ?; may be repeated',
      (text: string, before: readonly string[] = []) => [...before, text],
    );
}

/** Those of a command's options that say how a file is read, for `readColumns`. */
export function readOptionsOf({ separator, quote, decimal, missing }: TableOptions): ReadOptions {
  return {
    ...(separator === undefined ? {} : { separator }),
    ...(quote === undefined ? {} : { quote }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(missing === undefined ? {} : { missing }),
  };
}

/** Those that say what a table is, and nothing else a command has. */
export function tableOptionsOf(options: TableOptions): TableOptions {
  const { time, dates, ignore } = options;
  return {
    ...readOptionsOf(options),
    ...(time === undefined ? {} : { time }),
    ...(dates === undefined ? {} : { dates }),
    ...(ignore === undefined ? {} : { ignore }),
  };
}

/**
 * Columns as they were typed, after those before; `namedColumns` says which of a table they are.
 */
export function columns(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function separator(text: string): string {
  return text === 'tab' || text === '\\t' ? '\t' : sign(text);
}

function sign(text: string): string {
  if (text.length !== 1) throw new InvalidArgumentError('It must be one character.');
  return text;
}
