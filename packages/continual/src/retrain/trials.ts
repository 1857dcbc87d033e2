import { DriftloopError } from '@driftloop/errors';
import type { ModelTask } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { MOST_PER_ROW, scoreAnswers } from '../gate/scores.ts';
import { predict } from '../predict.ts';
import { type TrainOptions, type TrainResult, train } from '../train/train.ts';
import { type FitOptions, HALF_LIVES } from './options.ts';
import { chooseRecency, type RecencyChoice, rememberRecency } from './recency-choice.ts';
import { cutShort } from './time-limit.ts';

/** What the trials found. */
export interface Trials {
  readonly choice: RecencyChoice;
  /** The candidate with the most weight, and its answers to the judged rows. */
  readonly best: { readonly model: Uint8Array; readonly outputs: Float32Array };
  readonly metrics: Readonly<Record<string, number>>;
}

/** Trains one candidate per half-life on the older rows and lets each answer the judged ones. */
export async function runTrials(
  options: FitOptions,
  older: LabelledRows,
  judged: LabelledRows,
): Promise<Trials> {
  const halfLives = options.halfLives ?? HALF_LIVES;
  const tried: { trained: TrainResult; outputs: Float32Array; rowLosses: Float64Array }[] = [];
  for (const [arm, halfLifeRows] of halfLives.entries()) {
    const trained = await fitPart(options, older, halfLifeRows, arm);
    const { outputs } = await predict(options.engine, trained.model, judged.features, judged.width);
    checkAnswers(outputs, judged);
    const { rowLosses } = scoreAnswers(outputs, judged, options.spec.task);
    tried.push({ trained, outputs, rowLosses });
  }
  const losses = lossesInNats(
    tried.map(({ rowLosses }) => rowLosses),
    options.spec.task,
  );
  const choice = chooseRecency(halfLives, losses, options.memory);
  const best = tried[choice.weights.indexOf(Math.max(...choice.weights))]!;
  const trialSteps = tried.reduce((sum, { trained }) => sum + (trained.metrics.steps ?? 0), 0);
  return {
    choice,
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
  const variance = task === 'regression' ? 2 * Math.min(...means) || 2 * Math.max(...means) || 1 : 1;
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

/** Fits all rows by the half-life that the trials chose. */
export async function fitChosen(options: FitOptions, { choice }: Trials): Promise<TrainResult> {
  const halfLives = options.halfLives ?? HALF_LIVES;
  const fitted = await fitPart(options, options.data, choice.halfLifeRows, halfLives.length);
  return { ...fitted, memory: rememberRecency(fitted.memory, choice) };
}

/** One of the fits, or what it ended with before the run was killed. */
async function fitPart(
  options: FitOptions,
  data: LabelledRows,
  halfLifeRows: number,
  part: number,
): Promise<TrainResult> {
  const { checkpoints } = options;
  const before = await checkpoints?.load(part);
  if (before !== undefined) return before;
  const result = await train(partOf(options, data, halfLifeRows, part));
  await checkpoints?.save(part, result);
  return result;
}

/** Options of one of several fits that share the budget equally. */
function partOf(options: FitOptions, data: LabelledRows, halfLifeRows: number, part: number): TrainOptions {
  const { budget, onProgress } = options;
  const parts = (options.halfLives ?? HALF_LIVES).length + 1;
  return {
    ...options,
    data,
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
