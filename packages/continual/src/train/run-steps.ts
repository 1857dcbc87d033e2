import type { StepResult, StepRunner, TrainingBatch } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { hasClasses, type LabelledRows, mostProbableLogit } from '@driftloop/spec';
import type { Random } from '@driftloop/stats';
import type { TaskSpec } from '../data/check-rows.ts';
import { createDraw } from '../steps/draw-rows.ts';
import type { StrategyRun } from '../strategies/strategy.ts';
import { createEarlyStopping } from './early-stopping.ts';
import { type SettledRecipe, scheduledRate } from './recipe.ts';

/** How far a run is. */
export interface TrainingProgressReport {
  /** Steps done. */
  readonly step: number;
  /** Steps planned. */
  readonly steps: number;
  /** Mean training loss since the last report. */
  readonly loss: number;
  /**
   * samplesPerSecond; accuracy on the rows trained on since the last report; heldBackLoss and
   * heldBackAccuracy where rows are held back.
   */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface RunStepsOptions {
  readonly runner: StepRunner;
  readonly run: StrategyRun;
  readonly recipe: SettledRecipe;
  readonly spec: TaskSpec;
  readonly fitted: LabelledRows;
  readonly heldBack: LabelledRows;
  readonly budget: { readonly maxSeconds: number; readonly maxSteps: number };
  readonly random: Random;
  now(): number;
  onProgress?(report: TrainingProgressReport): void;
  readonly signal?: AbortSignal;
}

/**
 * Takes a run's steps until the epochs, the budget or early stopping end it, and leaves the best
 * parameters in the runner.
 */
export async function runSteps(options: RunStepsOptions): Promise<Record<string, number>> {
  const { runner, run, recipe, budget, now } = options;
  const epochRows = run.epochRows ?? options.fitted.rows;
  const stepsPerEpoch = Math.max(1, Math.ceil(epochRows / recipe.batchSize));
  const steps = Math.max(1, Math.min(budget.maxSteps, Math.round(recipe.epochs * stepsPerEpoch)));
  const lookEvery = Math.max(1, Math.round(stepsPerEpoch / recipe.looksPerEpoch));
  const stopping = createEarlyStopping(runner, options.heldBack, options.spec, recipe);
  const turns = createTurns(epochRows, recipe.batchSize, options.random);
  const startedAt = now();
  let samples = 0;
  let step = 0;
  let tally = { loss: 0, steps: 0, right: 0, rows: 0 };
  let loss = Number.NaN;
  let timeIsUp = false;
  await stopping.look(0);
  while (step < steps) {
    throwIfCancelled(options.signal, step);
    const batch = await run.sample(turns());
    const result = await takeStep(runner, run, batch, scheduledRate(recipe, step, steps));
    checkLoss(result.loss, step, recipe);
    await run.observe?.(result);
    step++;
    samples += batch.rows;
    tally.loss += result.loss;
    tally.steps++;
    countRight(batch, result.logits, runner.outputWidth, tally);
    timeIsUp = (now() - startedAt) / 1000 >= budget.maxSeconds;
    if (step % lookEvery !== 0 && step < steps && !timeIsUp) continue;
    const verdict = await stopping.look(step);
    loss = tally.loss / tally.steps;
    const metrics = {
      samplesPerSecond: rate(samples, now() - startedAt),
      ...(hasClasses(options.spec.task) ? { accuracy: tally.right / Math.max(1, tally.rows) } : {}),
      ...verdict.metrics,
    };
    tally = { loss: 0, steps: 0, right: 0, rows: 0 };
    options.onProgress?.({ step, steps, loss, metrics });
    if (verdict.stop || timeIsUp) break;
  }
  await stopping.restoreBest();
  const elapsedMs = now() - startedAt;
  return {
    steps: step,
    plannedSteps: steps,
    trainingLoss: loss,
    trainingSeconds: elapsedMs / 1000,
    samplesPerSecond: rate(samples, elapsedMs),
    stoppedByTime: timeIsUp && step < steps ? 1 : 0,
    ...stopping.metrics(),
  };
}

async function takeStep(
  runner: StepRunner,
  run: StrategyRun,
  batch: TrainingBatch,
  learningRate: number,
): Promise<StepResult> {
  if (run.project === undefined) return runner.run(batch, learningRate);
  const { gradients, ...result } = await runner.gradients(batch);
  await runner.apply(await run.project(gradients), learningRate);
  return result;
}

/**
 * Adds the rows that the model had right before the step; those without a weight on their label do
 * not count.
 */
function countRight(
  batch: TrainingBatch,
  logits: Float32Array,
  width: number,
  tally: { right: number; rows: number },
) {
  const { labels, weights } = batch;
  if (labels === undefined || weights === undefined || labels.length !== batch.rows) return;
  for (let row = 0; row < batch.rows; row++) {
    if (weights[row] === 0) continue;
    const best = mostProbableLogit(logits, row * width, width);
    tally.rows++;
    if (best === labels[row]) tally.right++;
  }
}

/** Positions in mini-batches, each once per epoch; the last batch of an epoch may be smaller. */
function createTurns(epochRows: number, batchSize: number, random: Random): () => Uint32Array {
  const draw = createDraw(epochRows, random);
  let left = epochRows;
  return () => {
    const count = Math.min(batchSize, left);
    left -= count;
    if (left === 0) left = epochRows;
    return draw(count);
  };
}

function rate(samples: number, elapsedMs: number): number {
  return elapsedMs > 0 ? (1000 * samples) / elapsedMs : 0;
}

function throwIfCancelled(signal: AbortSignal | undefined, step: number): void {
  if (signal?.aborted !== true) return;
  throw new DriftloopError('TRAINING_FAILED', `The run was cancelled after ${step} steps.`, {
    cause: signal.reason,
  });
}

function checkLoss(loss: number, step: number, recipe: SettledRecipe): void {
  if (Number.isFinite(loss)) return;
  throw new DriftloopError(
    'TRAINING_FAILED',
    `The training loss is ${loss} at step ${step + 1}: lower the learning rate (${recipe.learningRate}) or look for outliers in the rows.`,
  );
}
