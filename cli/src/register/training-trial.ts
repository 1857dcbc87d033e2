import {
  createStepRunner,
  type TrainingBatch,
  type TrainingOptions,
  trainingCost,
} from '@driftloop/autodiff';
import {
  type Engine,
  emptyMemory,
  firstStrategy,
  lossOf,
  requireTrainable,
  train,
} from '@driftloop/continual';
import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { type LabelledRows, sliceRows } from '@driftloop/spec';

/** What training would do with a model. */
export type TrainingTrial =
  | {
      readonly possible: true;
      readonly trained: readonly { readonly name: string; readonly dims: readonly number[] }[];
      /** Weights that stay as they are because an operator without a gradient follows them. */
      readonly frozen: readonly string[];
      readonly cost: {
        readonly trainedValues: number;
        readonly stateBytes: number;
        readonly bytesPerRow: number;
        readonly flopsPerRow: number;
        readonly servingFlopsPerRow: number;
        readonly stepMegabytes: number;
      };
      /** A few steps on the first rows; nothing of them is kept. */
      readonly steps: {
        readonly steps: number;
        readonly lossBefore: number;
        readonly lossAfter: number;
        readonly msPerStep: number;
      };
    }
  | { readonly possible: false; readonly reason: string };

const STEPS = 20;
const BATCH = 256;

/**
 * Says what is trainable in a model that is served and what that costs, takes a few steps on the
 * first rows, and then goes the trainer's way for two more: with the spec's strategy, on all of the
 * rows.
 */
export async function tryTraining(
  engine: Engine,
  model: Uint8Array,
  spec: ModelSpec,
  data: LabelledRows,
): Promise<TrainingTrial> {
  const rows = Math.min(BATCH, data.rows);
  try {
    requireTrainable(spec);
    const training: TrainingOptions = { loss: lossOf(model, spec.task), optimizer: { kind: 'adamw' } };
    const { peakBytes, ...cost } = trainingCost(model, training);
    await train({
      engine,
      model,
      spec,
      data,
      memory: emptyMemory(data.width),
      strategy: firstStrategy(spec.retrain.strategy).name,
      budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: 2 },
      seed: 1,
      now: () => performance.now(),
    });
    const { features, labels } = sliceRows(data, 0, rows);
    // Without weights, the loss is the rows' mean.
    const tried = await takeSteps(engine, model, training, { rows, features, labels });
    const stepMegabytes = peakBytes(rows) / 2 ** 20;
    return { possible: true, ...tried, cost: { ...cost, stepMegabytes } };
  } catch (error) {
    if (!(error instanceof DriftloopError) || error.retriable) throw error;
    return { possible: false, reason: error.message };
  }
}

async function takeSteps(engine: Engine, model: Uint8Array, training: TrainingOptions, batch: TrainingBatch) {
  const runner = await createStepRunner({ engine, model, ...training });
  try {
    const lossBefore = (await runner.gradients(batch)).loss;
    const start = performance.now();
    for (let step = 0; step < STEPS; step++) await runner.run(batch, 1e-3);
    const msPerStep = (performance.now() - start) / STEPS;
    const lossAfter = (await runner.gradients(batch)).loss;
    return {
      trained: runner.parameters.map(({ name, dims }) => ({ name, dims })),
      frozen: runner.frozen,
      steps: { steps: STEPS, lossBefore, lossAfter, msPerStep },
    };
  } finally {
    await runner.release();
  }
}
