import { resolve } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { DEFAULT_DATA_DIR } from '../environment/settings.ts';
import { EXIT_CODES } from '../output/exit-codes.ts';
import { createProgressBar } from '../output/progress.ts';
import { checkEventTimes } from '../stream/check-event-times.ts';
import { tellExtent } from '../stream/extent.ts';
import { type ProduceOptions, produceTable, type Sent, ticksOf } from '../stream/produce.ts';
import {
  findRun,
  fingerprintOf,
  forgetRun,
  newRun,
  type ProduceRun,
  type RunPlan,
  recordRun,
} from '../stream/produce-run.ts';
import { findSentIds } from '../stream/sent-ids.ts';
import { clockOf } from '../stream/table-clock.ts';
import { answerColumnsOf, withAnswerOptions } from '../table/answer-options.ts';
import type { CallColumns } from '../table/fit-calls.ts';
import { fitTable } from '../table/fit-table.ts';
import type { AnswerColumns } from '../table/incumbent-answers.ts';
import { openTable } from '../table/open-table.ts';
import { sliceTable } from '../table/table.ts';
import { type TableOptions, tableOptionsOf, withTableOptions } from '../table/table-options.ts';
import { type CommonOptions, numberBetween, rowsOption, startOption, withCommonOptions } from './options.ts';

/** `driftloop produce`: streams a table as requests with late labels. */
export function addProduce(program: Command): void {
  withAnswerOptions(withTableOptions(withCommonOptions(program.command('produce'))))
    .description(
      'stream a table (CSV, JSON lines or Parquet, gzipped or not) as requests, with labels that follow later',
    )
    .requiredOption('--model <name>', 'the model')
    .option(
      '--csv <file>',
      "the table; its columns are found by the names of the spec's features, or, where it calls them otherwise, taken in order",
    )
    .option(
      '--label <columns>',
      'column with the truth; of a model with several targets one for each, separated by commas',
    )
    .option('--id <column>', 'column with request ids (default: made of model, run and row)')
    .addOption(rowsOption())
    .option('--label-delay <rows>', 'rows after which a label follows', numberBetween(0, 1e9), 0)
    .option('--rate <rows>', 'rows per second (default: flat out)', numberBetween(0.001, 1e7))
    .addOption(startOption())
    .option(
      '--interval <ms>',
      'event time between two rows (default: by --time, else 1800000)',
      numberBetween(1, 1e12),
    )
    .option('--resume [run]', 'go on with a run that was interrupted, by default the newest of the model')
    .addHelpText(
      'after',
      `
--csv and --label are needed, except with --resume: a run goes on with the options that it was begun with (and --rate, where
it is given). Where the spec names categories or classes, columns and labels go out by name. A row without a label is sent
without one. No row is sent twice, also when the run was killed. Ids differ between runs, unless --id names them. Ctrl-C
says what went out and which labels are due; the exit code is 130 then.

Examples:
  $ npm run driftloop -- produce --model elec --csv data/elec.csv.gz --label target --rows 4531: --label-delay 500 --rate 1000
  $ npm run driftloop -- produce --model bank --csv 2024.csv --label accepted --time date --id contract --label-delay 100
  $ npm run driftloop -- produce --model fraud --csv log.parquet --label is_fraud --answers prediction --scores score
  $ npm run driftloop -- produce --model elec --resume`,
    )
    .action(produce);
}

type ProduceCommandOptions = CommonOptions &
  TableOptions &
  AnswerColumns &
  CallColumns & {
    model: string;
    csv?: string;
    label?: string;
    id?: string;
    rows: { from: number; to: number };
    labelDelay: number;
    rate?: number;
    start: number;
    interval?: number;
    resume?: string | true;
  };

async function produce(options: ProduceCommandOptions): Promise<void> {
  const name = typeof options.resume === 'string' ? options.resume : undefined;
  const earlier = options.resume === undefined ? undefined : findRun(options.data, options.model, name);
  const plan = earlier?.plan ?? planOf(options);
  const open = await openTable(plan.csv, plan.table ?? {});
  if (!open.isPlain) console.error(open.taken);
  const clock = clockOf(open, plan.start, plan.interval);
  const { from, to = Number.POSITIVE_INFINITY } = plan;
  const rows = Math.max(0, Math.min(to, open.table.rows) - from);
  const progress = { run: earlier ?? newRun(plan, '') };
  const { run } = progress.run;
  const tell = () => tellExtent(progress.run.tick, rows, plan.labelDelay, from);
  const resume = resumeCommand(options, run);

  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) {
      console.error(
        `Left at once: what was on its way may have arrived. ${tell()} ${resume} finds out and goes on.`,
      );
      process.exit(EXIT_CODES.interrupted);
    }
    abort.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const bar = createProgressBar('rows', rows);
  const startedAt = performance.now();
  let sent: Sent;
  try {
    sent = await withConnections(options.data, async ({ bus, registry, producer }) => {
      const { spec } = requireModel(registry, options.model);
      const table = sliceTable(fitTable(open, spec, plan), from, to);
      const fingerprint = fingerprintOf(table);
      if (earlier !== undefined && earlier.rows !== fingerprint) throw otherRows(earlier);
      progress.run = { ...progress.run, rows: fingerprint };
      const rate = options.rate ?? plan.rate ?? Number.POSITIVE_INFINITY;
      const planned = { clock, firstRow: from, rows, labelDelayRows: plan.labelDelay, rate };
      if (earlier === undefined) checkEventTimes(planned, spec.window, Date.now());
      const stream: ProduceOptions = {
        producer,
        model: options.model,
        table,
        run,
        firstRow: from,
        clock,
        labelDelayRows: plan.labelDelay,
        rate,
        signal: abort.signal,
        fromTick: progress.run.tick,
        onSending(_, untilTick) {
          note(progress, options.data, { sendingUntil: untilTick, sendingSince: Date.now() });
        },
        onProgress({ tick }) {
          note(progress, options.data, { tick });
          bar.update(Math.min(tick, rows));
        },
      };
      return produceTable(
        earlier === undefined ? stream : { ...stream, alreadySent: await findSentIds(bus, earlier, stream) },
      );
    });
  } catch (error) {
    // Before the first send nothing went out, and there is nothing to go on with.
    if (!(error instanceof DriftloopError) || progress.run.sendingUntil === 0) throw error;
    throw new DriftloopError(error.code, `${error.message} ${tell()} ${resume} goes on.`, { cause: error });
  } finally {
    bar.stop();
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const isDone = sent.tick === ticksOf(rows, plan.labelDelay);
  const { requests, labels } = sent;
  if (isDone) forgetRun(options.data, run);
  else process.exitCode = EXIT_CODES.interrupted;
  if (options.json) console.log(JSON.stringify({ requests, labels, seconds, run, done: isDone }));
  else if (isDone) console.log(`Sent ${requests} requests and ${labels} labels in ${seconds.toFixed(1)} s.`);
  else console.log(`Interrupted. ${tell()} ${resume} goes on.`);
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function otherRows({ run, plan }: ProduceRun): DriftloopError {
  return new DriftloopError(
    'REQUEST_INVALID',
    `${plan.csv} holds other rows than when run '${run}' began, or its model another spec: restore them, or begin anew without --resume.`,
  );
}

function note(progress: { run: ProduceRun }, dataDir: string, change: Partial<ProduceRun>): void {
  progress.run = { ...progress.run, ...change };
  recordRun(dataDir, progress.run);
}

function planOf(options: ProduceCommandOptions): RunPlan {
  const { model, csv, label, id, rows, labelDelay, rate, start, interval } = options;
  if (csv === undefined || label === undefined) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${csv === undefined ? '--csv' : '--label'} is needed, except with --resume.`,
    );
  }
  return {
    model,
    csv: resolve(csv),
    label,
    ...(id === undefined ? {} : { id }),
    ...answerColumnsOf(options),
    from: rows.from,
    ...(Number.isFinite(rows.to) ? { to: rows.to } : {}),
    labelDelay,
    ...(rate === undefined ? {} : { rate }),
    start,
    ...(interval === undefined ? {} : { interval }),
    table: tableOptionsOf(options),
  };
}

function resumeCommand({ model, data }: ProduceCommandOptions, run: string): string {
  const folder = data === DEFAULT_DATA_DIR ? '' : ` --data ${data}`;
  return `\`npm run driftloop -- produce --model ${model} --resume ${run}${folder}\``;
}
