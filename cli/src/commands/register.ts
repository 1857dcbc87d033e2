import { readFileSync } from 'node:fs';
import { FACTORIES, type Factory, firstStrategy } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { type Command, Option } from 'commander';
import { audited } from '../environment/audited.ts';
import { withConnections } from '../environment/session.ts';
import { createProgressBar } from '../output/progress.ts';
import { type Admitted, admitModel } from '../register/admit.ts';
import { describeDryRun, reportDryRun } from '../register/dry-run.ts';
import { type Evaluation, evaluate, evaluationText } from '../register/evaluate.ts';
import { makeFirstVersion } from '../register/first-version.ts';
import { readModelFile } from '../register/model-file.ts';
import { describeIncumbent } from '../register/monitored.ts';
import { placeVersion } from '../register/place-version.ts';
import { qualityText } from '../register/quality.ts';
import { type AnsweredRows, readAnsweredRows, readRows } from '../register/read-rows.ts';
import { withAnswerOptions } from '../table/answer-options.ts';
import type { CallColumns } from '../table/fit-calls.ts';
import type { AnswerColumns } from '../table/incumbent-answers.ts';
import { type TableOptions, withTableOptions } from '../table/table-options.ts';
import { type CommonOptions, numberBetween, rowsOption, startOption, withCommonOptions } from './options.ts';

/**
 * `driftloop register`: a spec with an ONNX file, or with a model that is made and trained here,
 * goes live.
 */
export function addRegister(program: Command): void {
  withAnswerOptions(withTableOptions(withCommonOptions(program.command('register'))))
    .description('register a model and publish it: an ONNX file, or one that is made and trained here')
    .requiredOption('--spec <file>', "the model's spec, JSON; examples/elec/spec.json is one")
    .option(
      '--onnx <file>',
      'the model as its framework exports it; class probabilities, labels or values out',
    )
    .addOption(new Option('--factory <kind>', 'make and train a model instead').choices(FACTORIES))
    .option(
      '--monitor-only',
      'others serve the model: requests carry their answers, and --train has them in --answers or --scores',
    )
    .option(
      '--reports <name>',
      'what they call this version in their answers (default: answers of any version are taken)',
    )
    .requiredOption(
      '--train <file>',
      'labelled rows (CSV, JSON lines or Parquet): trained on, and the reference that drift is measured against',
    )
    .requiredOption(
      '--label <columns>',
      'column with the truth; of a model with several targets one for each, separated by commas',
    )
    .option('--id <column>', 'column with request ids, which is no feature')
    .option('--evaluate <file>', 'measure the model on the rows of another file, too')
    .addOption(rowsOption())
    .addOption(startOption())
    .option(
      '--interval <ms>',
      'event time between two rows (default: by --time, else 1800000)',
      numberBetween(1, 1e12),
    )
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
    .option('--shadow', 'it answers in shadow beside the live version, until it is promoted or rejected')
    .option(
      '--once <key>',
      'a repeated call with the same key finds the version that the first has made, instead of making another',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ npm run driftloop -- register --spec examples/elec/spec.json --factory mlp --train data/elec.csv.gz --label target --rows 0:4531
  $ npm run driftloop -- register --spec fraud.json --onnx fraud.onnx --train reference.csv --label is_fraud --dry-run
  $ npm run driftloop -- register --spec fraud.json --onnx fraud.onnx --train reference.csv --label is_fraud
  $ npm run driftloop -- register --spec bank.json --factory mlp --train 2023.csv --label accepted --time date --evaluate 2024.csv
  $ npm run driftloop -- register --spec fraud.json --monitor-only --train log.csv --label is_fraud --answers prediction --scores score
  $ npm run driftloop -- register --spec fraud.json --onnx fraud.onnx --train reference.csv --label is_fraud --shadow

docs/tables.md shows tables of each kind; docs/models.md says how models of PyTorch, Keras and scikit-learn are exported;
docs/beside.md says how to watch a model that others serve.`,
    )
    .action(register);
}

async function register(options: RegisterCommandOptions): Promise<void> {
  requireOneModel(options);
  const spec = validateSpec(readJson(options.spec));
  // Found out now rather than at the first retrain.
  firstStrategy(spec.retrain.strategy);
  const answered = await readAnsweredRows(options.train, spec, options, options.rows);
  const { data } = answered;
  if (options.monitorOnly === true) {
    await registerIncumbent(spec, answered, options);
    return;
  }
  const evaluated =
    options.evaluate === undefined ? undefined : await readRows(options.evaluate, spec, options);
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
  const evaluationOf = ({ onnx, profile }: Pick<Admitted, 'onnx' | 'profile'>) =>
    evaluated && evaluate(engine, { onnx, spec, data: evaluated, profile });
  if (options.dryRun === true) {
    if (admitted === undefined) throw new DriftloopError('REQUEST_INVALID', '--dry-run needs --onnx.');
    tellDryRun(admitted, await evaluationOf(admitted), spec, options);
    return;
  }
  const made =
    admitted ??
    (await trainWithBar(
      engine,
      { spec, factory: options.factory ?? 'mlp', data, seed: options.seed },
      options.json,
    ));
  const evaluation = await evaluationOf(made);
  const { version, is } = await place(spec, made, data.eventTimes.at(-1) ?? 0, options);
  const untrainable = admitted?.training.possible === false ? admitted.training.reason : undefined;
  if (options.json) {
    const common = { model: spec.model, version, published: is === 'live', metrics: made.metrics };
    const measured = evaluation === undefined ? common : { ...common, evaluation };
    console.log(JSON.stringify(untrainable === undefined ? measured : { ...measured, untrainable }));
    return;
  }
  console.log(
    `Version ${version} of ${spec.model} is ${is} (${qualityText(spec.task, made.metrics)} on held-out rows).`,
  );
  if (evaluation !== undefined) console.log(evaluationText(options.evaluate ?? '', spec.task, evaluation));
  if (untrainable !== undefined) console.log(`It is served, not trained: ${untrainable}`);
}

/** Registers a version as a person's change. */
function place(
  spec: ModelSpec,
  made: Parameters<typeof placeVersion>[2],
  eventTime: number,
  options: RegisterCommandOptions,
): ReturnType<typeof placeVersion> {
  const change = { action: 'driftloop register', model: spec.model };
  return withConnections(options.data, (connections) =>
    audited(connections, change, async (note) => {
      const placed = await placeVersion(connections.registry, spec, made, eventTime, options);
      note.version = placed.version;
      return placed;
    }),
  );
}

function requireOneModel({
  onnx,
  factory,
  monitorOnly,
  reports,
  answers,
  scores,
  response,
  dryRun,
  evaluate: evaluated,
}: RegisterCommandOptions): void {
  if ([onnx, factory, monitorOnly].filter((given) => given !== undefined).length !== 1)
    throw new DriftloopError('REQUEST_INVALID', 'Give one of --onnx, --factory and --monitor-only.');
  if (monitorOnly === undefined && reports !== undefined)
    throw new DriftloopError('REQUEST_INVALID', '--reports is for --monitor-only.');
  if (monitorOnly === true && (dryRun !== undefined || evaluated !== undefined))
    throw new DriftloopError(
      'REQUEST_INVALID',
      '--dry-run and --evaluate run a file, and with --monitor-only there is none. With --no-publish the version is registered and does not go live.',
    );
  if (monitorOnly === true && [answers, scores, response].every((given) => given === undefined))
    throw new DriftloopError(
      'REQUEST_INVALID',
      '--monitor-only needs --answers, --scores or --response: columns of --train with what the model answered to its rows.',
    );
}

/** A version that others serve is described by rows that it has answered. */
async function registerIncumbent(
  spec: ModelSpec,
  { data, answerOf }: AnsweredRows,
  options: RegisterCommandOptions,
): Promise<void> {
  const { reports } = options;
  const described = describeIncumbent(spec, data, answerOf);
  const made = { ...described, onnx: null, ...(reports === undefined ? {} : { reports }) };
  const { version, is } = await place(spec, made, data.eventTimes.at(-1) ?? 0, options);
  const { model, task } = spec;
  const { metrics } = made;
  if (options.json) {
    console.log(JSON.stringify({ model, version, published: is === 'live', monitored: true, metrics }));
    return;
  }
  console.log(
    `Version ${version} of ${model} is ${is} and served by others (${qualityText(task, metrics)} on the rows of ${options.train}). Requests carry its answers; docs/beside.md says how.`,
  );
}

function tellDryRun(
  admitted: Admitted,
  evaluation: Evaluation | undefined,
  { task }: ModelSpec,
  { json, evaluate: path = '' }: RegisterCommandOptions,
): void {
  if (json) {
    const report = reportDryRun(admitted);
    console.log(JSON.stringify(evaluation === undefined ? report : { ...report, evaluation }));
    return;
  }
  const lines = describeDryRun(admitted, task);
  if (evaluation !== undefined) lines.push(evaluationText(path, task, evaluation));
  console.log(lines.join('\n'));
}

type RegisterCommandOptions = CommonOptions &
  TableOptions &
  AnswerColumns &
  CallColumns & {
    monitorOnly?: boolean;
    reports?: string;
    shadow?: boolean;
    once?: string;
    spec: string;
    onnx?: string;
    factory?: Factory;
    train: string;
    label: string;
    id?: string;
    evaluate?: string;
    rows: { from: number; to: number };
    start: number;
    interval?: number;
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
