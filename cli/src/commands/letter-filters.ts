import type { LetterFilter } from '@driftloop/warehouse';
import type { Command } from 'commander';
import { sinceOf } from './options.ts';

/** Which dead letters a command is about. */
export type LetterFilters = Pick<LetterFilter, 'topic' | 'model' | 'code' | 'since'>;

/** Adds the options that say so. */
export function withLetterFilters(command: Command): Command {
  return command
    .option('--model <name>', 'of this model')
    .option('--code <code>', 'with this error code')
    .option('--topic <topic>', 'of this topic, without prefix')
    .option('--since <time>', 'given up from then on: 10m, 2h, 1d, or a time', sinceOf);
}
