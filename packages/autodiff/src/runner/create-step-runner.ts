import { DriftloopError } from '@driftloop/errors';
import { parseModel, replaceInitializers, serializeModel } from '@driftloop/onnx';
import { float32Data } from '../engine.ts';
import { buildTrainingStep } from '../step/build-training-step.ts';
import { OUTPUTS } from '../step/names.ts';
import { checkBatch, featureFeeds } from './feeds.ts';
import { createFusedUpdate } from './fused-update.ts';
import { createLoadedGraphs } from './loaded-graphs.ts';
import { createMemoryBudget } from './memory-budget.ts';
import { accessTo, createParameterState } from './parameter-state.ts';
import { createPasses, scalarFeeds } from './passes.ts';
import { planRowParts } from './row-parts.ts';
import type { StepRunner, StepRunnerOptions } from './step-runner.ts';

/**
 * Trains a model on an engine. Where the engine compiles fused updates, a step is a graph that ends
 * in gradients and kernels that apply them; elsewhere one graph does it all. Where threads gain by
 * it, each works through its share of a step's rows. That graph is loaded at once, those for
 * micro-batches, gradients and logits when they are first used. Throws what `buildTrainingStep` and
 * `Engine.load` throw.
 */
export async function createStepRunner(options: StepRunnerOptions): Promise<StepRunner> {
  const { engine, model } = options;
  const state = engine.createState([]);
  const canFuse = state.compile !== undefined && !options.pathIntegral;
  const first = buildTrainingStep(model, options, canFuse ? 'gradients' : 'step');
  const { parameters, buffers, outputWidth, frozen } = first;
  state.ensure([...parameters, ...buffers]);
  const fused = createFusedUpdate(state, parameters, options);
  const whole = fused ? 'gradients' : 'step';
  const budgetMb = options.maxMemoryMb ?? engine.maxMemoryMb;
  const parts = planRowParts(first, options, engine.threads ?? 1, budgetMb !== undefined);
  const graphs = createLoadedGraphs(options, state, first, parts.most);
  await graphs.of(whole);
  if (options.pathIntegral && options.microBatch !== undefined) {
    throw new DriftloopError('CONFIG_INVALID', 'path integrals need whole batches: leave microBatch out');
  }
  const memory = createMemoryBudget(model, options, budgetMb, whole);
  const values = createParameterState(state, parameters);
  const passes = createPasses({ options, whole, first, state, values, graphs, memory, parts });
  let step = 0;

  /** Applies the gradients in state. */
  const update = async (learningRate: number): Promise<void> => {
    if (fused) fused.apply(step + 1, learningRate);
    else {
      const { graph, session } = await graphs.of('apply');
      await session.run(scalarFeeds(graph, step + 1, learningRate), { state });
    }
    step += 1;
  };

  return {
    parameters,
    outputWidth,
    frozen,
    get microBatch() {
      return passes.microBatch;
    },
    get step() {
      return step;
    },
    get peakMemoryMb() {
      return passes.peakMemoryMb;
    },
    async run(batch, learningRate) {
      checkBatch(first, batch);
      return passes.fitting(batch, async () => {
        if (!passes.fits(batch.rows)) {
          const result = await passes.accumulate(batch);
          await update(learningRate);
          return result;
        }
        const result = await passes.once(batch, step + 1, learningRate);
        // Without fused updates, the pass has been the whole step.
        if (fused) fused.apply(step + 1, learningRate);
        step += 1;
        return result;
      });
    },
    async gradients(batch) {
      checkBatch(first, batch);
      const result = await passes.fitting(batch, () => passes.accumulate(batch));
      return { ...result, gradients: await values.readAll('gradient') };
    },
    async apply(gradients, learningRate) {
      if (!fused) await graphs.of('apply');
      values.clear('gradient');
      values.writeAll('gradient', gradients);
      await update(learningRate);
    },
    async logits(features, rows) {
      const { graph, session } = await graphs.of('forward');
      const outputs = await session.run(featureFeeds(graph.features, features, rows, 0, rows), { state });
      return float32Data(outputs, OUTPUTS.logits);
    },
    ...accessTo(values),
    resetOptimizer() {
      for (const kind of ['adam_m', 'adam_v', 'momentum'] as const) values.clear(kind);
      step = 0;
    },
    async model() {
      const present = await values.readAll();
      for (const { name } of buffers) present.set(name, await state.read(name));
      return serializeModel(replaceInitializers(parseModel(model), present));
    },
    async snapshot() {
      return { step, tensors: await values.snapshot() };
    },
    restore(snapshot) {
      values.restore(snapshot.tensors);
      step = snapshot.step;
    },
    async release() {
      state.release();
      await graphs.release();
    },
  };
}
