import { writeFileSync } from 'node:fs';
import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { type Command, Option } from 'commander';
import { guessSpec } from '../register/guess-spec.ts';
import { readTable } from '../stream/table.ts';
import { numberBetween } from './options.ts';

/** `driftloop spec`: a first spec for a CSV file, to be looked through and registered. */
export function addSpec(program: Command): void {
  program
    .command('spec')
    .description(
      'write a first spec for the rows of a CSV file: its features and classes, the default policies',
    )
    .requiredOption('--model <name>', "the model's name")
    .requiredOption('--csv <file>', 'file with a header; every column but the label is a feature')
    .option('--label <column>', 'column with the truth (default: the last one)')
    .addOption(
      new Option('--task <task>', 'what the model answers (default: by the labels)').choices([
        'binary',
        'multiclass',
        'regression',
      ]),
    )
    .option('--categorical <columns>', 'columns that hold category indices, separated by commas', '')
    .option('--interval <ms>', 'event time between two rows, about', numberBetween(1, 1e12), 1_800_000)
    .option('--out <file>', 'where to write it (default: standard output); it must not exist')
    .addHelpText(
      'after',
      `
Examples:
  $ npm run driftloop -- spec --model elec --csv data/elec.csv.gz --out elec.json
  $ npm run driftloop -- spec --model fraud --csv payments.csv --label is_fraud --categorical country,card --interval 200

docs/specs.md says what each field means and how to choose it.`,
    )
    .action(async (options: SpecCommandOptions) => {
      const table = await readTable(options.csv, options.label);
      const spec = guessSpec(table, {
        model: options.model,
        task: options.task,
        categorical: options.categorical.split(',').filter((name) => name !== ''),
        intervalMs: options.interval,
      });
      const { updatedAt, ...told } = spec;
      const text = `${JSON.stringify(told, null, 2)}\n`;
      if (options.out === undefined) process.stdout.write(text);
      else {
        write(options.out, text);
        console.log(
          `${options.out}: ${describeTask(spec)}, features ${spec.features.map(({ name }) => name).join(', ')}. Look it through; docs/specs.md explains it.`,
        );
      }
    });
}

interface SpecCommandOptions {
  model: string;
  csv: string;
  label?: string;
  task?: ModelSpec['task'];
  categorical: string;
  interval: number;
  out?: string;
}

function describeTask({ task, classes }: ModelSpec): string {
  return task === 'regression' ? task : `${task} with ${classes} classes`;
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
