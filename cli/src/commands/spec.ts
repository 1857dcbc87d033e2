import { writeFileSync } from 'node:fs';
import { DriftloopError, listed } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { guessSpec } from '../register/guess-spec.ts';
import { openTable } from '../table/open-table.ts';
import { columns, type TableOptions, withTableOptions } from '../table/table-options.ts';
import { numberBetween } from './options.ts';

/** `driftloop spec`: a first spec for a table, to be looked through and registered. */
export function addSpec(program: Command): void {
  const command = program
    .command('spec')
    .description(
      'write a first spec for the rows of a table (CSV, JSON lines or Parquet): its features, categories and classes, the default policies',
    )
    .requiredOption('--model <name>', "the model's name")
    .requiredOption(
      '--csv <file>',
      'the table, gzipped or not: CSV with a header, JSON lines or Parquet; every column but the label, the id and the time is a feature',
    )
    .option(
      '--label <columns>',
      'column with the truth, or several separated by commas (default: the last one; JSON lines need it)',
    )
    .option('--id <column>', 'column with request ids, which is no feature')
    .addOption(
      new Option('--task <task>', 'what the model answers (default: by the labels)').choices([
        'binary',
        'multiclass',
        'regression',
        'multilabel',
        'ranking',
      ]),
    )
    .option('--quantiles <levels>', 'quantiles that the model answers, such as 0.1,0.5,0.9', quantiles)
    .option('--categorical <columns>', 'columns of categories that look like numbers', columns, [])
    .option('--numeric <columns>', 'columns of numbers that look like texts', columns, [])
    .option('--text <columns>', 'columns of free text', columns, [])
    .option(
      '--interval <ms>',
      'event time between two rows, about (default: by --time, else 1800000)',
      numberBetween(1, 1e12),
    )
    .option('--out <file>', 'where to write it (default: standard output); it must not exist');
  withTableOptions(command)
    .addHelpText(
      'after',
      `
What was found in the file, and what was taken for what, is said on the standard error.

Examples:
  $ npm run driftloop -- spec --model elec --csv data/elec.csv.gz --out elec.json
  $ npm run driftloop -- spec --model bank --csv bank.csv --time date --id contract --out bank.json
  $ npm run driftloop -- spec --model delivery --csv orders.csv --label price,days --out delivery.json
  $ npm run driftloop -- spec --model fraud --csv payments.parquet --label is_fraud --ignore iban,comment --interval 200

docs/tables.md shows tables of each kind; docs/specs.md says what each field means and how to choose it.`,
    )
    .action(async (options: SpecCommandOptions) => {
      const open = await openTable(options.csv, options);
      const { spec, told } = guessSpec(open, {
        model: options.model,
        label: options.label,
        id: options.id,
        task: options.task,
        quantiles: options.quantiles,
        categorical: options.categorical,
        numeric: options.numeric,
        text: options.text,
        intervalMs: options.interval,
      });
      for (const line of [open.taken, ...told]) console.error(line);
      const { updatedAt, ...written } = spec;
      const text = `${JSON.stringify(written, null, 2)}\n`;
      if (options.out === undefined) process.stdout.write(text);
      else {
        write(options.out, text);
        console.log(
          `${options.out}: ${describeTask(spec)}, features ${spec.features.map(({ name }) => name).join(', ')}. Look it through; docs/specs.md explains it.`,
        );
      }
    });
}

interface SpecCommandOptions extends TableOptions {
  model: string;
  csv: string;
  label?: string;
  id?: string;
  task?: ModelSpec['task'];
  quantiles?: readonly number[];
  categorical: readonly string[];
  numeric: readonly string[];
  text: readonly string[];
  interval?: number;
  out?: string;
}

function quantiles(text: string): readonly number[] {
  const levels = text.split(',').map(Number);
  if (!levels.every((level) => level > 0 && level < 1))
    throw new InvalidArgumentError('They must be numbers above 0 and below 1, separated by commas.');
  return levels;
}

function describeTask({ task, classes, outputs = [] }: ModelSpec): string {
  if (outputs.length > 0) return `${task} of ${listed(outputs.map(({ name }) => name))}`;
  return hasClasses(task) ? `${task} with ${classes} classes` : task;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    throw new DriftloopError('REQUEST_INVALID', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}
