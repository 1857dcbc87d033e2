import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { FACTORIES, type Factory, firstStrategy } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { validateSpec } from '@driftloop/registry';
import { type Command, Option } from 'commander';
import { withConnections } from '../environment/session.ts';
import { createProgressBar } from '../output/progress.ts';
import { admitModel } from '../register/admit.ts';
import { describeDryRun, reportDryRun } from '../register/dry-run.ts';
import { makeFirstVersion } from '../register/first-version.ts';
import { labelledRowsOf } from '../register/labelled-rows.ts';
import { readModelFile } from '../register/model-file.ts';
import { qualityText } from '../register/quality.ts';
import { readTable, sliceTable } from '../stream/table.ts';
import { type CommonOptions, numberBetween, rowsOption, startOption, withCommonOptions } from './options.ts';

/**
 * `driftloop register`: a spec with an ONNX file, or with a model that is made and trained here,
 * goes live.
 */
export function addRegister(program: Command): void {
  withCommonOptions(program.command('register'))
    .description('register a model and publish it: an ONNX file, or one that is made and trained here')
    .requiredOption('--spec <file>', "the model's spec, JSON; examples/elec/spec.json is one")
    .option(
      '--onnx <file>',
      'the model as its framework exports it; class probabilities, labels or values out',
    )
    .addOption(new Option('--factory <kind>', 'make and train a model instead').choices(FACTORIES))
    .requiredOption(
      '--train <file>',
      'CSV with labelled rows: trained on, and the reference that drift is measured against',
    )
    .requiredOption('--label <column>', 'column with the truth')
    .addOption(rowsOption())
    .addOption(startOption())
    .option('--interval <ms>', 'event time between two rows', numberBetween(1, 1e12), 1_800_000)
    .option('--seed <number>', 'seed of everything that is random', numberBetween(0, 2 ** 31), 1)
    .option(
      '--freeze',
      'operators that cannot be trained freeze what is before them, instead of being refused',
    )
    .option(
      '--dry-run',
      'say what is trainable in the ONNX file and what it costs, try a few steps, register nothing',
    )
    .option('--no-publish', 'register only; it does not go live')
    .addHelpText(
      'after',
      `
Examples:
  $ npm run driftloop -- register --spec examples/elec/spec.json --factory mlp --train data/elec.csv.gz --label target --rows 0:4531
  $ npm run driftloop -- register --spec fraud.json --onnx fraud.onnx --train reference.csv --label is_fraud --dry-run
  $ npm run driftloop -- register --spec fraud.json --onnx fraud.onnx --train reference.csv --label is_fraud

docs/models.md says how models of PyTorch, Keras and scikit-learn are exported.`,
    )
    .action(async (options: RegisterCommandOptions) => {
      if ((options.onnx === undefined) === (options.factory === undefined)) {
        throw new DriftloopError('REQUEST_INVALID', 'Give either --onnx or --factory.');
      }
      const spec = validateSpec(readJson(options.spec));
      // Found out now rather than at the first retrain.
      firstStrategy(spec.retrain.strategy);
      const table = sliceTable(
        await readTable(options.train, options.label),
        options.rows.from,
        options.rows.to,
      );
      const clock = { startMs: options.start, intervalMs: options.interval };
      const data = labelledRowsOf(table, clock, options.rows.from);
      // What ONNX Runtime refuses is told once, by the error.
      const engine = createOrtEngine({ logSeverity: 4 });
      const admitted =
        options.onnx === undefined
          ? undefined
          : await admitModel(engine, {
              file: readModelFile(options.onnx),
              spec,
              data,
              freezeUnsupported: options.freeze === true,
            });
      if (options.dryRun === true) {
        if (admitted === undefined) throw new DriftloopError('REQUEST_INVALID', '--dry-run needs --onnx.');
        console.log(
          options.json
            ? JSON.stringify(reportDryRun(admitted))
            : describeDryRun(admitted, spec.task).join('\n'),
        );
        return;
      }
      const made =
        admitted ??
        (await trainWithBar(
          engine,
          { spec, factory: options.factory ?? 'mlp', data, seed: options.seed },
          options.json,
        ));
      const version = await withConnections(options.data, ({ registry }) =>
        registry.register({
          spec,
          ...made,
          publish: options.publish,
          eventTime: data.eventTimes.at(-1) ?? 0,
          reasons: ['registered by hand'],
          actor: userInfo().username,
        }),
      );
      const untrainable = admitted?.training.possible === false ? admitted.training.reason : undefined;
      if (options.json) {
        const common = { model: spec.model, version, published: options.publish, metrics: made.metrics };
        console.log(JSON.stringify(untrainable === undefined ? common : { ...common, untrainable }));
        return;
      }
      console.log(
        `Version ${version} of ${spec.model} is ${options.publish ? 'live' : 'registered'} (${qualityText(spec.task, made.metrics)} on held-out rows).`,
      );
      if (untrainable !== undefined) console.log(`It is served, not trained: ${untrainable}`);
    });
}

type RegisterCommandOptions = CommonOptions & {
  spec: string;
  onnx?: string;
  factory?: Factory;
  train: string;
  label: string;
  rows: { from: number; to: number };
  start: number;
  interval: number;
  seed: number;
  freeze?: boolean;
  dryRun?: boolean;
  publish: boolean;
};

type Engine = ReturnType<typeof createOrtEngine>;

async function trainWithBar(engine: Engine, options: Parameters<typeof makeFirstVersion>[1], quiet = false) {
  if (quiet) return makeFirstVersion(engine, options);
  const bar = createProgressBar('training', 1);
  try {
    return await makeFirstVersion(engine, {
      ...options,
      onProgress: (step, steps) => bar.update(step / steps),
    });
  } finally {
    bar.stop();
  }
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new DriftloopError('REQUEST_INVALID', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(readFile(path)));
  } catch (cause) {
    if (cause instanceof DriftloopError) throw cause;
    throw new DriftloopError('REQUEST_INVALID', `${path} is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
