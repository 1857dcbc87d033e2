import { DriftloopError } from '@driftloop/errors';
import type { ModelTask } from '@driftloop/schemas';
import { hasClasses, type LabelledRows } from '@driftloop/spec';
import { MOST_PER_ROW, scoreAnswers } from '../gate/scores.ts';
import { predict } from '../predict.ts';
import { type TrainOptions, type TrainResult, train } from '../train/train.ts';
import { type ArmChoice, awakeArms, chooseArm, rememberArms } from './arm-choice.ts';
import { type Arm, armsOf } from './arms.ts';
import type { FitOptions } from './options.ts';
import { cutShort } from './time-limit.ts';

/** What the trials found. */
export interface Trials {
  readonly choice: ArmChoice;
  /** Candidates that were trained. */
  readonly fits: number;
  /** The candidate of the best arm, and its answers to the judged rows. */
  readonly best: { readonly model: Uint8Array; readonly outputs: Float32Array };
  readonly metrics: Readonly<Record<string, number>>;
}

/** Trains one candidate per arm on the older rows and lets each answer the judged ones. */
export async function runTrials(
  options: FitOptions,
  older: LabelledRows,
  judged: LabelledRows,
): Promise<Trials> {
  const arms = armsOf(options.strategy, options.halfLives);
  const awake = awakeArms(arms, options.memory);
  const tried: { trained: TrainResult; outputs: Float32Array; rowLosses: Float64Array }[] = [];
  for (const [part, arm] of awake.entries()) {
    const trained = await fitPart(options, older, arms[arm]!, { part, parts: awake.length + 1 });
    const { outputs } = await predict(options.engine, trained.model, judged.features, judged.width);
    checkAnswers(outputs, judged);
    const { rowLosses } = scoreAnswers(outputs, judged, options.spec.task);
    tried.push({ trained, outputs, rowLosses });
  }
  const losses = lossesInNats(
    tried.map(({ rowLosses }) => rowLosses),
    options.spec.task,
  );
  const byArm = arms.map((_, arm) => losses[awake.indexOf(arm)]);
  const choice = chooseArm(arms, byArm, options.memory);
  const best = tried[awake.indexOf(choice.best)]!;
  const trialSteps = tried.reduce((sum, { trained }) => sum + (trained.metrics.steps ?? 0), 0);
  return {
    choice,
    fits: tried.length,
    best: { model: best.trained.model, outputs: best.outputs },
    metrics: {
      halfLifeRows: choice.halfLifeRows,
      trialSteps,
      stoppedByTime: cutShort(tried.map(({ trained }) => trained)),
    },
  };
}

/**
 * Summed losses in nats. Half a squared error is the log loss of a normal distribution in units of
 * its variance, for which the mean squared error of the best candidate stands: so the choice does
 * not depend on the label's unit.
 */
function lossesInNats(byRow: readonly Float64Array[], task: ModelTask): number[] {
  const means = byRow.map(
    (losses) => losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length),
  );
  const variance = hasClasses(task) ? 1 : 2 * Math.min(...means) || 2 * Math.max(...means) || 1;
  return byRow.map((losses) =>
    losses.reduce((sum, loss) => sum + Math.min(loss / variance, MOST_PER_ROW), 0),
  );
}

/** A model that has no answer to a missing value, for example, cannot be judged. */
function checkAnswers(outputs: Float32Array, judged: LabelledRows): void {
  const at = outputs.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const row = Math.floor((at * judged.rows) / outputs.length);
  const features = Array.from(judged.features.subarray(row * judged.width, (row + 1) * judged.width));
  throw new DriftloopError(
    'TRAINING_FAILED',
    `The model answers ${outputs[at]} to the features ${features.slice(0, 20).join(', ')}: it cannot be judged on such rows. ` +
      'Make it handle missing values in its graph, or do not allow them in its spec.',
  );
}

/** Fits all rows as the trials chose. */
export async function fitChosen(options: FitOptions, { choice, fits }: Trials): Promise<TrainResult> {
  const fitted = await fitPart(options, options.data, choice, { part: fits, parts: fits + 1 });
  return { ...fitted, memory: rememberArms(fitted.memory, choice) };
}

/** Which of how many fits it is, counted from 0. */
interface Part {
  readonly part: number;
  readonly parts: number;
}

/** One of the fits, or what it ended with before the run was killed. */
async function fitPart(options: FitOptions, data: LabelledRows, arm: Arm, at: Part): Promise<TrainResult> {
  const { checkpoints } = options;
  const before = await checkpoints?.load(at.part);
  if (before !== undefined) return before;
  const result = await train(partOf(options, data, arm, at));
  await checkpoints?.save(at.part, result);
  return result;
}

/** Options of one of several fits that share the budget equally. */
function partOf(
  options: FitOptions,
  data: LabelledRows,
  { strategy, halfLifeRows }: Arm,
  { part, parts }: Part,
): TrainOptions {
  const { budget, onProgress } = options;
  return {
    ...options,
    data,
    strategy,
    recipe: { ...options.recipe, halfLifeRows },
    budget: {
      maxSeconds: budget.maxSeconds / parts,
      maxSteps: Math.max(1, Math.floor(budget.maxSteps / parts)),
    },
    // The fits before this one count as done, those after it as long as this one.
    onProgress: (report) =>
      onProgress?.({ ...report, step: part * report.steps + report.step, steps: parts * report.steps }),
  };
}
