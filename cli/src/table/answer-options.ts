import type { Command } from 'commander';
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
      'columns with its probabilities, one per class or the one of class 1, separated by commas; may be repeated',
      columns,
    )
    .option('--answered-by <column>', 'column with the version that answered');
}

/** Those options of a command. */
export function answerColumnsOf({ answers, scores, answeredBy }: AnswerColumns) {
  return {
    ...(answers === undefined ? {} : { answers }),
    ...(scores === undefined ? {} : { scores }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
  };
}
