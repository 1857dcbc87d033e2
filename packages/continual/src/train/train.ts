import { createStepRunner, type Engine, type StepRunner } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { hasClasses, isOutputWidth, type LabelledRows, outputWidthsOf, sliceRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { checkTrainingRows, type TaskSpec } from '../data/check-rows.ts';
import { weighByRecency } from '../data/recency.ts';
import { labelUnit } from '../data/statistics.ts';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import type { Settings } from '../steps/strategy-context.ts';
import { strategyNamed } from '../strategies/index.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { lossOf } from './loss-of.ts';
import { prepareModel } from './prepare-model.ts';
import { DEFAULT_RECIPE, type Recipe, settleRecipe } from './recipe.ts';
import { runSteps, type TrainingProgressReport } from './run-steps.ts';

/**
 * What a training run is given. The same options and engine give the same result, whatever the
 * clock says, unless the time runs out.
 */
export interface TrainOptions {
  readonly engine: Engine;
  /** ONNX file of the model to train on from. */
  readonly model: Uint8Array;
  readonly spec: TaskSpec;
  /** Labelled rows, oldest first. */
  readonly data: LabelledRows;
  /** What the version remembers; `emptyMemory(width)` at first. */
  readonly memory: ReplayMemory;
  /** Name of a strategy. */
  readonly strategy: string;
  /** The strategy's own settings, where they differ from its defaults. */
  readonly settings?: Settings;
  /** How to train, where it differs from {@link DEFAULT_RECIPE}. */
  readonly recipe?: Partial<Recipe>;
  readonly budget: { readonly maxSeconds: number; readonly maxSteps: number };
  readonly seed: number;
  /** A clock in milliseconds, for the budget and the samples per second. */
  now(): number;
  onProgress?(report: TrainingProgressReport): void;
  /** Ends the run with TRAINING_FAILED. */
  readonly signal?: AbortSignal;
}

/** What a run ends with. */
export interface TrainResult {
  /** The same graph with new initializers. */
  readonly model: Uint8Array;
  readonly memory: ReplayMemory;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Trains a model on new rows by a strategy. Everything random comes from the seed.
 *
 * @throws DriftloopError DATA_INVALID when nothing can be learnt from the rows, STRATEGY_UNKNOWN,
 *   TRAINING_FAILED when the loss diverges or the run is cancelled, OPERATOR_UNSUPPORTED or
 *   MODEL_INVALID when the model cannot be trained
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { data, spec, memory, seed } = options;
  const random = createRandom(seed);
  const strategy = strategyNamed(options.strategy);
  const settings = strategySettings(strategy, options.settings ?? {});
  checkTrainingRows(data, spec);
  const recipe = settleRecipe({ ...DEFAULT_RECIPE, ...options.recipe }, data.rows);
  const heldBackRows = Math.floor(recipe.heldBackShare * data.rows);
  const fitted = weighByRecency(sliceRows(data, 0, data.rows - heldBackRows), recipe.halfLifeRows);
  const heldBack = sliceRows(data, data.rows - heldBackRows);
  // A strategy that holds on to parameters cannot have them drawn or scaled anew once it has seen a
  // run.
  const start = strategy.warm && memory.runs > 0 ? 'go on' : recipe.start;
  const prepared = prepareModel(options.model, fitted, spec.task, start, random.fork('parameters'));
  const runner = await createStepRunner({
    engine: options.engine,
    model: prepared.model,
    loss: lossOf(prepared.model, spec.task),
    ...(hasClasses(spec.task) ? {} : { lossScale: lossScaleOf(fitted) }),
    optimizer: recipe.optimizer,
    trainable: prepared.trainable,
    ...strategy.terms?.(settings),
  });
  try {
    checkOutputs(runner, spec);
    const run = await strategy.begin({
      runner,
      spec,
      data: fitted,
      memory,
      settings,
      random: random.fork('strategy'),
      batchSize: recipe.batchSize,
      learningRate: recipe.learningRate,
    });
    const metrics = await runSteps({
      ...options,
      runner,
      run,
      recipe,
      fitted,
      heldBack,
      random: random.fork('turns'),
    });
    const remembered = await run.keep();
    const model = await runner.model();
    return { model, memory: remembered, metrics: { ...metrics, ...run.metrics?.() } };
  } finally {
    await runner.release();
  }
}

function strategySettings(strategy: Strategy, given: Settings): Settings {
  for (const name of Object.keys(given)) {
    if (name in strategy.settings) continue;
    const known = Object.keys(strategy.settings).join(', ') || 'none';
    throw new DriftloopError(
      'SPEC_INVALID',
      `Strategy '${strategy.name}' has no setting '${name}'; it has: ${known}.`,
    );
  }
  return { ...strategy.settings, ...given };
}

/**
 * Steps, clipping and penalties see squared errors as shares of the labels' variance. Beyond
 * float32 they are as they are.
 */
function lossScaleOf(rows: LabelledRows): number {
  const scale = Math.fround(1 / labelUnit(rows));
  return scale > 0 && Number.isFinite(scale) ? scale : 1;
}

function checkOutputs(runner: StepRunner, spec: TaskSpec): void {
  const { outputWidth } = runner;
  if (isOutputWidth(outputWidth, spec)) return;
  throw new DriftloopError(
    'MODEL_INVALID',
    `The model answers ${outputWidth} values per row, a ${spec.task} model with ${spec.classes} classes must answer ${outputWidthsOf(spec).join(' or ')}.`,
  );
}
