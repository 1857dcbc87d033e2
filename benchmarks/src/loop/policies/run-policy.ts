import { designsOf, emptyMemory, predict, train, trainFirst } from '@driftloop/continual';
import { mostProbable, sliceRows } from '@driftloop/spec';
import type { LoopOptions } from '../loop-options.ts';
import { LOOK_ROWS, type Policy } from './policy.ts';

/** What a policy came to. */
export interface PolicyResult {
  /** Prequential, as the loop's. */
  readonly accuracy: number;
  /** Fits after the first one. */
  readonly refits: number;
}

/**
 * Runs a policy with the first version's design, fitted anew each time, live at once and without a
 * gate. Its labels are as late as the loop's, its fits take no rows.
 */
export async function runPolicy(options: LoopOptions, policy: Policy): Promise<PolicyResult> {
  const { data, trainingRows, labelDelayRows } = options;
  const trigger = policy.createTrigger?.({ ...data, trainingRows });
  const fit = await createFit(options, policy);
  const isRight = new Uint8Array(data.rows);
  let model = await fit(trainingRows);
  let refits = 0;
  let answersFrom = trainingRows;
  let seen = trainingRows;
  for (let from = trainingRows; from < data.rows; from += LOOK_ROWS) {
    const to = Math.min(data.rows, from + LOOK_ROWS);
    await answer(options, model, from, to, isRight);
    const known = Math.max(trainingRows, to - labelDelayRows);
    const labels = isRight.subarray(Math.max(seen, Math.min(answersFrom, known)), known);
    seen = known;
    const right = labels.reduce((sum, value) => sum + value, 0);
    if (to === data.rows || !trigger?.isDue({ row: to, labelled: labels.length, right })) continue;
    model = await fit(known);
    refits++;
    answersFrom = to;
  }
  const right = isRight.reduce((sum, value) => sum + value, 0);
  return { accuracy: right / (data.rows - trainingRows), refits };
}

/** Makes what fits the first version's design to the rows before one. */
async function createFit(
  { engine, spec, data, trainingRows, seed }: LoopOptions,
  { newestRows = Number.POSITIVE_INFINITY, halfLifeRows = 0 }: Policy,
): Promise<(known: number) => Promise<Uint8Array>> {
  const common = { engine, spec, strategy: 'naive', seed, now: () => 0 };
  const designs = designsOf('mlp', spec, seed);
  const { metrics } = await trainFirst({ ...common, data: sliceRows(data, 0, trainingRows), designs });
  const { model, recipe } = designs[metrics.design ?? 0]!;
  return async (known) => {
    const fitted = await train({
      ...common,
      model,
      data: sliceRows(data, Math.max(0, known - newestRows), known),
      memory: emptyMemory(data.width),
      recipe: { ...recipe, halfLifeRows },
      budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: Number.MAX_SAFE_INTEGER },
    });
    return fitted.model;
  };
}

/** Has a model answer rows, and writes down which answers are right. */
async function answer(
  { engine, data }: LoopOptions,
  model: Uint8Array,
  from: number,
  to: number,
  isRight: Uint8Array,
): Promise<void> {
  const rows = sliceRows(data, from, to);
  const { outputs, outputWidth } = await predict(engine, model, rows.features, rows.width);
  for (let row = 0; row < rows.rows; row++) {
    const predicted = mostProbable(outputs, row * outputWidth, outputWidth);
    isRight[from + row] = Number(predicted === rows.labels[row]);
  }
}
