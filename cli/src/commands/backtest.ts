import { type BacktestResult, backtest } from '@driftloop/replay';
import { type Command, Option } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { renderVerdicts } from '../output/verdicts.ts';
import { type CommonOptions, keyValue, timeOf, withCommonOptions } from './options.ts';

/** `driftloop backtest`: what the services would have concluded from a slice of history. */
export function addBacktest(program: Command): void {
  withCommonOptions(program.command('backtest'))
    .description(
      "replay a slice of history through the services' code and show where its verdicts differ from live",
    )
    .requiredOption('--model <name>', 'the model')
    .addOption(
      new Option('--from <time>', 'event time of the first requests, inclusive')
        .argParser(timeOf)
        .default(0, 'the first there is'),
    )
    .addOption(
      new Option('--to <time>', 'event time until which, exclusive')
        .argParser(timeOf)
        .default(8.64e15, 'the last there is'),
    )
    .option('--set <key=value>', 'use another value of the spec; may be repeated', keyValue)
    .addHelpText(
      'after',
      `
Labels arrive when they arrived then. The same slice and settings give the same bytes.

Examples:
  $ npm run driftloop -- backtest --model elec --from 1996-08-01 --to 1997-02-01
  $ npm run driftloop -- backtest --model elec --set drift.expectedWindowsBetweenFalseAlarms=50 --set window.minSamples=100 --json`,
    )
    .action(async (options: BacktestCommandOptions) => {
      const result = await withConnections(options.data, (connections) =>
        backtest(connections, {
          model: options.model,
          from: options.from,
          to: options.to,
          ...(options.set ? { overrides: options.set } : {}),
        }),
      );
      console.log(options.json ? JSON.stringify(result) : render(result));
    });
}

type BacktestCommandOptions = CommonOptions & {
  model: string;
  from: number;
  to: number;
  set?: Record<string, unknown>;
};

function render(result: BacktestResult): string {
  const verdicts = renderVerdicts(result.verdicts);
  const differences = renderTable(
    ['window', 'live', 'replayed'],
    result.differences.map((row) => [
      renderTime(row.windowStart),
      row.live ? `${row.live.state}, ${row.live.action}` : 'no verdict',
      row.replayed ? `${row.replayed.state}, ${row.replayed.action}` : 'no verdict',
    ]),
  );
  const counts = `${result.records} records from ${result.source}: ${result.verdicts.length} verdicts, ${result.commands.length} retrains, ${result.differences.length} windows judged differently from live.`;
  return result.differences.length > 0 ? `${verdicts}\n${counts}\n${differences}` : `${verdicts}\n${counts}`;
}
