import { requireModel } from '@driftloop/registry';
import type { AlarmBudgetRow, DriftHistoryRow, OutputPerformanceRow } from '@driftloop/warehouse';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { renderVerdicts } from '../output/verdicts.ts';
import { type HistoryOptions, rangeOf, sayMore, withHistoryRange } from './history-range.ts';
import { withCommonOptions } from './options.ts';

/** `driftloop drift`: the verdicts of a model, newest last, with what weighed most. */
export function addDrift(program: Command): void {
  const command = withCommonOptions(program.command('drift'))
    .description('show the drift history of a model')
    .requiredOption('--model <name>', 'the model');
  withHistoryRange(command, 'rows')
    .option('--windows', 'one line per window with the severity of each signal, instead of the verdicts')
    .option('--outputs', 'how good each of several outputs was by window, over the labels that have come')
    .option('--budget', 'what the false-alarm budgets promise, and the alarms since')
    .addHelpText(
      'after',
      `
A verdict is given whenever a signal says something new about a window, so a window has several: data and predictions
speak first, labels when they come. --windows shows each window once. The row watch looks at labelled rows one by one:
its alarm is a verdict between windows, about the row that raised it.

Examples:
  $ npm run driftloop -- drift --model elec
  $ npm run driftloop -- drift --model elec --windows --from 1996-08-01 --limit 20
  $ npm run driftloop -- drift --model elec --json`,
    )
    .action(async (options: DriftOptions) => {
      const range = rangeOf(options);
      await withConnections(options.data, async ({ registry, warehouse }) => {
        requireModel(registry, options.model);
        if (options.budget) {
          const budgets = await warehouse.alarmBudget(options.model);
          console.log(options.json ? JSON.stringify({ budgets }) : renderBudgets(budgets));
          return;
        }
        if (options.windows) {
          const found = await warehouse.driftHistory(options.model, range);
          const windows = found.slice(-options.limit);
          console.log(options.json ? JSON.stringify({ windows }) : renderWindows(windows));
          sayMore(found, options);
          return;
        }
        if (options.outputs) {
          const found = await warehouse.outputPerformance(options.model, range);
          const outputs = found.slice(-options.limit);
          console.log(options.json ? JSON.stringify({ outputs }) : renderOutputs(outputs));
          sayMore(found, options);
          return;
        }
        const found = await warehouse.verdicts(options.model, range);
        const verdicts = found.slice(-options.limit);
        console.log(options.json ? JSON.stringify({ verdicts }) : renderVerdicts(verdicts));
        sayMore(found, options);
      });
    });
}

type DriftOptions = HistoryOptions & {
  model: string;
  windows?: boolean;
  outputs?: boolean;
  budget?: boolean;
};

function renderWindows(windows: readonly DriftHistoryRow[]): string {
  return renderTable(
    ['window', 'version', 'rows', 'data', 'prediction', 'concept', 'state', 'leading'],
    windows.map((row) => [
      renderTime(row.windowStart),
      row.version,
      row.rows,
      row.dataSeverity,
      row.predictionSeverity,
      row.conceptSeverity,
      row.state,
      [row.leadingDetector, row.leadingFeature].filter(Boolean).join(' '),
    ]),
  );
}

function renderBudgets(budgets: readonly AlarmBudgetRow[]): string {
  return renderTable(
    ['budget', 'one in', 'so far', 'allowed', 'alarms', 'last', 'raised by'],
    budgets.map(({ budget, promised, steps, allowed, alarms, lastAlarm, raisedBy }) => [
      budget === 'rows' ? 'labelled rows' : budget,
      promised,
      steps,
      Number(allowed.toPrecision(3)),
      alarms,
      lastAlarm === null ? '' : renderTime(lastAlarm),
      raisedBy.join(', '),
    ]),
  );
}

function renderOutputs(outputs: readonly OutputPerformanceRow[]): string {
  return renderTable(
    ['window', 'version', 'role', 'output', 'answers', 'labelled', 'figures'],
    outputs.map(({ windowStart, version, role, output, answers, labelled, figures }) => [
      renderTime(windowStart),
      version,
      role,
      output,
      answers,
      labelled,
      Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`),
    ]),
  );
}
