import type { Command } from 'commander';
import { type CommonOptions, timeOf, wholeBetween } from './options.ts';

/** Options of commands that show a history: which of it. */
export type HistoryOptions = CommonOptions & { from?: number; to?: number; limit: number };

/** Adds --from, --to and --limit. @param what a row of the history is, in the plural */
export function withHistoryRange(command: Command, what: string): Command {
  return command
    .option('--from <time>', 'event time, inclusive', timeOf)
    .option('--to <time>', 'event time, exclusive', timeOf)
    .option('--limit <rows>', `most ${what}, the newest are kept`, wholeBetween(1, 10_000), 40);
}

/** What to ask for: one more than is shown tells whether there are more. */
export function rangeOf({ from, to, limit }: HistoryOptions) {
  return {
    limit: limit + 1,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** Says that there are more, to people. @param found of {@link rangeOf} */
export function sayMore(found: readonly unknown[], { limit, json }: HistoryOptions): void {
  if (!json && found.length > limit)
    console.log(`The newest ${limit}. --limit, --from and --to show others.`);
}
