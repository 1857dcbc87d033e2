import { requireModel } from '@driftloop/registry';
import type { PerformanceRow } from '@driftloop/warehouse';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderPerformance } from '../output/performance.ts';
import { type HistoryOptions, rangeOf, sayMore, withHistoryRange } from './history-range.ts';
import { withCommonOptions } from './options.ts';

/** `driftloop performance`: how good a model is by window, before and after its labels come. */
export function addPerformance(program: Command): void {
  const command = withCommonOptions(program.command('performance'))
    .argument('<model>', 'the model')
    .description('show how good a model is: estimates before labels come, and what labels say');
  withHistoryRange(command, 'windows')
    .addHelpText(
      'after',
      `
'estimated' needs no labels; 'now' is the best that is known: labels where they have come, estimates put right by them
for the other answers. Both have 95 % bounds. 'truth' is what labels say once nearly all have come. 'missed' says how
likely that of the spec's drift.limits was missed which most likely was, by the estimate.

Examples:
  $ npm run driftloop -- performance elec
  $ npm run driftloop -- performance elec --from 1996-08-01 --json`,
    )
    .action(async (model: string, options: HistoryOptions) => {
      await withConnections(options.data, async ({ registry, warehouse }) => {
        const { spec } = requireModel(registry, model);
        const found = await warehouse.performance(model, rangeOf(options));
        const performance: readonly PerformanceRow[] = found.slice(-options.limit);
        console.log(
          options.json ? JSON.stringify({ performance }) : renderPerformance(performance, spec.task),
        );
        sayMore(found, options);
      });
    });
}
