import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { type CommonOptions, numberBetween, timeOf, withCommonOptions } from './options.ts';

/** `driftloop drift`: the verdicts of a model, newest last, with what weighed most. */
export function addDrift(program: Command): void {
  withCommonOptions(program.command('drift'))
    .description('show the drift history of a model')
    .requiredOption('--model <name>', 'the model')
    .option('--from <time>', 'event time, inclusive', timeOf)
    .option('--to <time>', 'event time, exclusive', timeOf)
    .option('--limit <rows>', 'most rows, the newest are kept', numberBetween(1, 10_000), 40)
    .option('--signals', 'every test of every window instead of the verdicts')
    .addHelpText(
      'after',
      '\nExamples:\n  $ pnpm driftloop drift --model elec\n  $ pnpm driftloop drift --model elec --signals --from 1996-08-01 --limit 20\n  $ pnpm driftloop drift --model elec --json',
    )
    .action(async (options: DriftOptions) => {
      const range = {
        limit: options.limit,
        ...(options.from === undefined ? {} : { from: options.from }),
        ...(options.to === undefined ? {} : { to: options.to }),
      };
      await withConnections(options.data, async ({ registry, warehouse }) => {
        registry.requireModel(options.model);
        if (options.signals) {
          const signals = await warehouse.driftHistory(options.model, range);
          console.log(options.json ? JSON.stringify({ signals }) : renderSignals(signals));
          return;
        }
        const verdicts = await warehouse.verdicts(options.model, range);
        console.log(options.json ? JSON.stringify({ verdicts }) : renderVerdicts(verdicts));
      });
    });
}

type DriftOptions = CommonOptions & {
  model: string;
  from?: number;
  to?: number;
  limit: number;
  signals?: boolean;
};

type Signals = Awaited<ReturnType<import('@driftloop/warehouse').Warehouse['driftHistory']>>;
type Verdicts = Awaited<ReturnType<import('@driftloop/warehouse').Warehouse['verdicts']>>;

function renderSignals(signals: Signals): string {
  return renderTable(
    ['window', 'signal', 'detector', 'feature', 'statistic', 'p', 'threshold', 'rows', 'severity'],
    [...signals]
      .reverse()
      .map((row) => [
        renderTime(row.windowStart),
        row.signal,
        row.detector,
        row.feature,
        row.statistic,
        row.pValue,
        row.threshold,
        row.n,
        row.severity,
      ]),
  );
}

function renderVerdicts(verdicts: Verdicts): string {
  return renderTable(
    ['window', 'version', 'state', 'likelihood', 'labels', 'action', 'leading evidence'],
    [...verdicts]
      .reverse()
      .map((row) => [
        renderTime(row.windowStart),
        row.version,
        row.state,
        row.likelihood,
        row.confirmedByLabels ? 'yes' : 'not yet',
        row.action,
        row.evidence[0]?.text,
      ]),
  );
}
