import type { Command } from 'commander';
import type { CallColumns } from './fit-calls.ts';
import type { AnswerColumns } from './incumbent-answers.ts';
import { columns } from './table-options.ts';

/** Adds what a command has that reads answers of a model that others serve. */
export function withAnswerOptions(command: Command): Command {
  return command
    .option(
      '--answers <column>',
      'column with what the system that serves the model answered: class or value',
    )
    .option(
      '--scores <columns>',
      'columns with its probabilities, one per class or the one of class 1, or each of several outputs, separated by commas; may be repeated',
      columns,
    )
    .option('--answered-by <column>', 'column with the version that answered')
    .option('--request <column>', 'column with the JSON of the call, instead of columns of features')
    .option('--response <column>', 'column with the JSON of its response');
}

/** Those options of a command. */
export function answerColumnsOf({
  answers,
  scores,
  answeredBy,
  request,
  response,
}: AnswerColumns & CallColumns) {
  return {
    ...(answers === undefined ? {} : { answers }),
    ...(scores === undefined ? {} : { scores }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(request === undefined ? {} : { request }),
    ...(response === undefined ? {} : { response }),
  };
}
