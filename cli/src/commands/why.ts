import { requireModel } from '@driftloop/registry';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { causeLines, episodesOf } from '../output/causes.ts';
import { type HistoryOptions, rangeOf, sayMore, withHistoryRange } from './history-range.ts';
import { withCommonOptions } from './options.ts';

type WhyOptions = HistoryOptions & { model: string };

/** `driftloop why`: what is behind the verdicts on a model, and what to do. */
export function addWhy(program: Command): void {
  const command = withCommonOptions(program.command('why'))
    .description('show what is behind a drift: its cause, where it sits, since when, and what to do')
    .requiredOption('--model <name>', 'the model');
  withHistoryRange(command, 'verdicts that are looked at')
    .addHelpText(
      'after',
      `
Causes are covariate drift (the inputs moved), prior drift (the labels come in other shares), concept drift (the same
inputs mean something else), and faults of the pipeline: swapped columns, renamed categories, another unit, a constant, a
value that stands for what is missing, rounded values, nulls, a wrong clock, duplicates, a gap.

Examples:
  $ npm run driftloop -- why --model elec
  $ npm run driftloop -- why --model elec --from 1996-08-01 --limit 5 --json`,
    )
    .action(async (options: WhyOptions) => {
      await withConnections(options.data, async ({ registry, warehouse }) => {
        requireModel(registry, options.model);
        const verdicts = await warehouse.verdicts(options.model, rangeOf(options));
        const told = episodesOf(verdicts.slice(-options.limit));
        if (options.json) console.log(JSON.stringify({ verdicts: told }));
        else if (told.length === 0) console.log(`Nothing is wrong with ${options.model} that has a cause.`);
        else console.log(told.flatMap(causeLines).join('\n'));
        sayMore(verdicts, options);
      });
    });
}
