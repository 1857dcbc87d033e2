import { requireModel } from '@driftloop/registry';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { createProgressBar } from '../output/progress.ts';
import { checkEventTimes } from '../stream/check-event-times.ts';
import { produceTable } from '../stream/produce.ts';
import { readTable, sliceTable } from '../stream/table.ts';
import { type CommonOptions, numberBetween, rowsOption, startOption, withCommonOptions } from './options.ts';

/** `driftloop produce`: streams a CSV file as requests with late labels. */
export function addProduce(program: Command): void {
  withCommonOptions(program.command('produce'))
    .description('stream a CSV file (gzipped or not) as requests, with labels that follow later')
    .requiredOption('--model <name>', 'the model')
    .requiredOption('--csv <file>', 'file with a header; every column but the label is a feature, in order')
    .requiredOption('--label <column>', 'column with the truth')
    .addOption(rowsOption())
    .option('--label-delay <rows>', 'rows after which a label follows', numberBetween(0, 1e9), 0)
    .option('--rate <rows>', 'rows per second (default: flat out)', numberBetween(0.001, 1e7))
    .addOption(startOption())
    .option('--interval <ms>', 'event time between two rows', numberBetween(1, 1e12), 1_800_000)
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- produce --model elec --csv data/elec.csv.gz --label target --rows 4531: --label-delay 500 --rate 1000',
    )
    .action(async (options: ProduceCommandOptions) => {
      const table = await readTable(options.csv, options.label);
      const rows = sliceTable(table, options.rows.from, options.rows.to);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      const bar = createProgressBar('requests', rows.rows);
      const startedAt = performance.now();
      const sent = await withConnections(options.data, ({ registry, producer }) => {
        const { spec } = requireModel(registry, options.model);
        const clock = { startMs: options.start, intervalMs: options.interval };
        const rate = options.rate ?? Number.POSITIVE_INFINITY;
        const labelDelayRows = options.labelDelay;
        const planned = { clock, firstRow: options.rows.from, rows: rows.rows, labelDelayRows, rate };
        checkEventTimes(planned, spec.window, Date.now());
        return produceTable({
          producer,
          model: options.model,
          table: rows,
          firstRow: options.rows.from,
          clock,
          labelDelayRows,
          rate,
          signal: abort.signal,
          onProgress: ({ requests }) => bar.update(requests),
        });
      }).finally(() => bar.stop());
      const seconds = (performance.now() - startedAt) / 1_000;
      console.log(
        options.json
          ? JSON.stringify({ ...sent, seconds })
          : `Sent ${sent.requests} requests and ${sent.labels} labels in ${seconds.toFixed(1)} s.`,
      );
    });
}

type ProduceCommandOptions = CommonOptions & {
  model: string;
  csv: string;
  label: string;
  rows: { from: number; to: number };
  labelDelay: number;
  rate?: number;
  start: number;
  interval: number;
};
