import type { SavedBacktest } from '@driftloop/warehouse';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

/** `driftloop backtests`: backtests that were saved, the newest first. */
export function addBacktests(program: Command): void {
  withCommonOptions(program.command('backtests'))
    .description('list the backtests that were saved')
    .option('--model <name>', 'of one model only')
    .option('--limit <rows>', 'most rows, the newest are kept', wholeBetween(1, 10_000), 40)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run driftloop -- backtests --model elec
  $ npm run driftloop -- backtests --json`,
    )
    .action(async ({ data, json, model, limit }: BacktestsOptions) => {
      const backtests = await withConnections(data, ({ warehouse }) =>
        warehouse.backtests({ limit, ...(model === undefined ? {} : { model }) }),
      );
      console.log(json ? JSON.stringify({ backtests }) : render(backtests));
    });
}

type BacktestsOptions = CommonOptions & { model?: string; limit: number };

function render(backtests: readonly SavedBacktest[]): string {
  if (backtests.length === 0) return 'No backtest is saved yet: `driftloop backtest --save` saves one.';
  return renderTable(
    ['id', 'model', 'saved', 'alarms', 'found', 'false', 'score', 'live', 'retrains', 'with'],
    backtests.map((saved) => [
      saved.backtestId,
      saved.model,
      renderTime(saved.savedAt),
      saved.alarms,
      saved.found,
      saved.falseAlarms,
      saved.score,
      saved.liveScore,
      saved.retrains,
      saved.overrides === '{}' ? 'the spec as it is' : saved.overrides,
    ]),
  );
}
