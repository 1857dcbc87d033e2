import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import {
  type BacktestResult,
  backtest,
  backtestSketches,
  type Figures,
  figuresOf,
  readMarkedDrifts,
  reportPage,
  savedRows,
} from '@driftloop/replay';
import { hasClasses } from '@driftloop/spec';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { renderVerdicts } from '../output/verdicts.ts';
import {
  type CommonOptions,
  fromOption,
  keyValue,
  toOption,
  wholeBetween,
  withCommonOptions,
} from './options.ts';

/** `driftloop backtest`: what the services would have concluded from a slice of history. */
export function addBacktest(program: Command): void {
  withCommonOptions(program.command('backtest'))
    .description(
      "replay a slice of history through the services' code and show where its verdicts differ from live",
    )
    .requiredOption('--model <name>', 'the model')
    .addOption(fromOption())
    .addOption(toOption())
    .option('--set <key=value>', 'use another value of the spec; may be repeated', keyValue)
    .option('--train', 'the whole loop: train what is asked for, and answer with what passes the gate')
    .option(
      '--training-ms <ms>',
      'time of the log that a training run takes; with none a version answers from the next request on',
      wholeBetween(0, 86_400_000),
      0,
    )
    .option('--from-sketches', 'judge what the drift services have sketched again: quick, verdicts alone')
    .option('--truth <file>', 'marked drifts, JSON: a list of times, or of { "at", "until" }', fileOf)
    .option('--report <file>', 'write an HTML page with pictures, which needs nothing else', fileOf)
    .option('--save', 'keep what it came to in ClickHouse; `driftloop backtests` lists it')
    .addHelpText(
      'after',
      `
Labels arrive when they arrived then. The same slice and settings give the same bytes.

Examples:
  $ npm run driftloop -- backtest --model elec --from 1996-08-01 --to 1997-02-01
  $ npm run driftloop -- backtest --model elec --set drift.expectedWindowsBetweenFalseAlarms=50 --set window.minSamples=100 --json
  $ npm run driftloop -- backtest --model elec --train --set retrain.strategy=replay --report backtest.html --save`,
    )
    .action(async (options: BacktestCommandOptions) => {
      const { model, from, to, set, train, trainingMs, truth, report, save, fromSketches } = options;
      if (train && fromSketches)
        throw new DriftloopError('REQUEST_INVALID', '--train needs rows: leave --from-sketches out.');
      const marked = truth ? readMarkedDrifts(await readFile(truth, 'utf8'), truth) : undefined;
      const { result, figures } = await withConnections(options.data, async (connections) => {
        const { spec } = requireModel(connections.registry, model);
        const asked = { model, from, to, ...(set ? { overrides: set } : {}) };
        const result = fromSketches
          ? await backtestSketches(connections, asked)
          : await backtest(connections, {
              ...asked,
              ...(train
                ? { train: { engine: createOrtEngine({ threads: 1, logSeverity: 4 }), trainingMs } }
                : {}),
            });
        const figures = figuresOf(result, marked);
        if (save) await connections.warehouse.saveBacktest(savedRows(result, figures, Date.now()));
        if (report) {
          const isShare = hasClasses(spec.task);
          await writeFile(report, reportPage({ result, figures, isShare, ...(marked ? { marked } : {}) }));
        }
        return { result, figures };
      });
      console.log(options.json ? JSON.stringify({ ...result, figures }) : render(result, figures));
      if (report && !options.json) console.log(`Report: ${report}`);
    });
}

type BacktestCommandOptions = CommonOptions & {
  model: string;
  from: number;
  to: number;
  set?: Record<string, unknown>;
  train?: boolean;
  trainingMs: number;
  truth?: string;
  report?: string;
  save?: boolean;
  fromSketches?: boolean;
};

function fileOf(path: string): string {
  return resolve(path);
}

function render(result: BacktestResult, figures: Figures): string {
  const parts = [renderVerdicts(result.verdicts)];
  const counts = `${result.records} records from ${result.source}: ${result.verdicts.length} verdicts, ${result.commands.length} retrains, ${result.differences.length} windows judged differently from live.`;
  parts.push(counts);
  if (result.differences.length > 0)
    parts.push(
      renderTable(
        ['window', 'live', 'replayed'],
        result.differences.map((row) => [
          renderTime(row.windowStart),
          row.live ? `${row.live.state}, ${row.live.action}` : 'no verdict',
          row.replayed ? `${row.replayed.state}, ${row.replayed.action}` : 'no verdict',
        ]),
      ),
    );
  if (result.loop)
    parts.push(
      renderTable(
        ['decided', 'asked for', 'became', 'version', 'rows', 'because'],
        result.loop.endings.map(({ eventTime, action, outcome, version, rows, reasons }) => [
          renderTime(eventTime),
          action,
          outcome,
          version,
          rows,
          reasons.join('; '),
        ]),
      ),
    );
  return [...parts, ...renderFigures(figures)].join('\n');
}

function renderFigures({ beside, scores, cost }: Figures): string[] {
  const lines: string[] = [];
  if (beside)
    lines.push(
      `Marked drifts: ${beside.found} found, ${beside.missed} missed, ${beside.falseAlarms} false alarms${beside.meanDelayMs === null ? '' : `, ${(beside.meanDelayMs / 3_600_000).toFixed(1)} h delay on average`}.`,
    );
  if (scores) {
    const live = scores.live === null ? '' : `, ${scores.live.toFixed(4)} as it was answered then`;
    lines.push(
      `${scores.rows} answers with a label: ${scores.backtest.toFixed(4)}${live}, ${scores.frozen.toFixed(4)} by the first version alone.`,
      `${cost.retrains} training runs (${cost.published} published): ${cost.rows} rows, ${cost.steps} steps.`,
    );
  }
  return lines;
}
