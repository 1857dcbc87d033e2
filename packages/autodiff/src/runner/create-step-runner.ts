import { DriftloopError } from '@driftloop/errors';
import { parseModel, replaceInitializers, serializeModel } from '@driftloop/onnx';
import { float32Data, scalar } from '../engine.ts';
import type { Parameter } from '../forward/forward-graph.ts';
import { buildTrainingStep } from '../step/build-training-step.ts';
import { OUTPUTS, type StateKind, stateName } from '../step/names.ts';
import type { StepKind, TrainingStepGraph } from '../step/training-step-graph.ts';
import { checkBatch, featureFeeds, partFeeds, rowFeeds } from './feeds.ts';
import { createFusedUpdate } from './fused-update.ts';
import { createLoadedGraphs } from './loaded-graphs.ts';
import { createMemoryBudget } from './memory-budget.ts';
import { planRowParts } from './row-parts.ts';
import type { StepResult, StepRunner, StepRunnerOptions, TrainingBatch } from './step-runner.ts';

/**
 * Trains a model on an engine. Where the engine compiles fused updates, a step is a graph that ends in gradients and kernels that apply them;
 * elsewhere one graph does it all. Where threads gain by it, each works through its share of a step's rows. That graph is loaded at once, those
 * for micro-batches, gradients and logits when they are first used.
 * Throws what `buildTrainingStep` and `Engine.load` throw.
 */
export async function createStepRunner(options: StepRunnerOptions): Promise<StepRunner> {
  const { engine, model } = options;
  const state = engine.createState([]);
  const canFuse = state.compile !== undefined && !options.pathIntegral;
  const first = buildTrainingStep(model, options, canFuse ? 'gradients' : 'step');
  const { parameters, buffers, outputWidth } = first;
  state.ensure([...parameters, ...buffers]);
  const fused = createFusedUpdate(state, parameters, options);
  const whole = fused ? 'gradients' : 'step';
  const budgetMb = options.maxMemoryMb ?? engine.maxMemoryMb;
  const parts = planRowParts(first, options, engine.threads ?? 1, budgetMb !== undefined);
  const graphs = createLoadedGraphs(options, state, first, parts.most);
  const load = (kind: StepKind) => graphs.of(kind);
  await load(whole);
  let step = 0;
  let microBatch = options.microBatch ?? Number.POSITIVE_INFINITY;
  const memory = createMemoryBudget(model, options, budgetMb, whole);
  let largestPass = 0;
  let accumulated = false;
  let inParts = false;
  const passOf = (rows: number) => Math.min(microBatch, memory.rowsPerPass(rows));

  const scalarFeeds = (graph: TrainingStepGraph, learningRate: number) =>
    Object.fromEntries(
      Object.entries(graph.scalars(step + 1, learningRate)).map(([name, value]) => [name, scalar(value)]),
    );
  // The penalty belongs to the step, not to its rows: the first pass carries it.
  const feeds = (graph: TrainingStepGraph, batch: TrainingBatch, from: number, to: number) =>
    rowFeeds(graph, batch, from, to, from === 0 ? (batch.penaltyScale ?? 0) : 0);
  /** Loss, logits and, with fused updates, gradients of a batch that fits into one pass. */
  const pass = async (batch: TrainingBatch, learningRate: number): Promise<StepResult> => {
    largestPass = Math.max(largestPass, batch.rows);
    const { graph, session } = await load(whole);
    const count = parts.of(batch.rows);
    if (count > 1 && session.runParts) {
      inParts = true;
      return sumResults(await session.runParts(partFeeds(graph, batch, count), { state }));
    }
    const all = { ...feeds(graph, batch, 0, batch.rows), ...scalarFeeds(graph, learningRate) };
    return readResult(await session.run(all, { state }));
  };
  const clear = (kind: StateKind) => {
    for (const { name, initial } of parameters) {
      if (state.names.includes(stateName(kind, name)))
        state.write(stateName(kind, name), new Float32Array(initial.length));
    }
  };

  /** Adds the gradients of a batch to the state, pass by pass. */
  const accumulate = async (batch: TrainingBatch): Promise<StepResult> => {
    const { graph, session } = await load('accumulate');
    clear('gradient');
    const logits = new Float32Array(batch.rows * outputWidth);
    let loss = 0;
    let labelLoss = 0;
    const size = Math.min(passOf(batch.rows), batch.rows);
    accumulated = true;
    largestPass = Math.max(largestPass, size);
    for (let from = 0; from < batch.rows; from += size) {
      const to = Math.min(from + size, batch.rows);
      const part = readResult(await session.run(feeds(graph, batch, from, to), { state }));
      logits.set(part.logits, from * outputWidth);
      loss += part.loss;
      labelLoss += part.labelLoss;
    }
    return { loss, labelLoss, logits };
  };
  /** Applies the gradients in state. */
  const update = async (learningRate: number): Promise<void> => {
    if (fused) {
      fused.apply(step + 1, learningRate);
      step += 1;
      return;
    }
    const { graph, session } = await load('apply');
    await session.run(scalarFeeds(graph, learningRate), { state });
    step += 1;
  };
  /** Tries again with half the rows per pass for as long as memory is short. Nothing is updated by a run that fails. */
  const fitting = async (batch: TrainingBatch, attempt: () => Promise<StepResult>): Promise<StepResult> => {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const rows = Math.min(passOf(batch.rows), batch.rows);
        const isShort = error instanceof DriftloopError && error.code === 'ENGINE_OUT_OF_MEMORY';
        if (!isShort || rows === 1 || options.pathIntegral) throw error;
        microBatch = Math.ceil(rows / 2);
      }
    }
  };
  /** Gradients are computed anew by every step, so that snapshots leave them out. */
  const passing = new Set(parameters.map(({ name }) => stateName('gradient', name)));
  const writeAll = (kind: StateKind, values: ReadonlyMap<string, Float32Array>) => {
    for (const [name, data] of values) state.write(stateName(kind, name), data);
  };
  const readAll = async (kind?: StateKind): Promise<Map<string, Float32Array>> => {
    const values = new Map<string, Float32Array>();
    for (const { name } of parameters)
      values.set(name, await state.read(kind ? stateName(kind, name) : name));
    return values;
  };

  if (options.pathIntegral && options.microBatch !== undefined) {
    throw new DriftloopError('CONFIG_INVALID', 'path integrals need whole batches: leave microBatch out');
  }

  return {
    parameters,
    outputWidth,
    frozen: first.frozen,
    get microBatch() {
      return microBatch;
    },
    get step() {
      return step;
    },
    get peakMemoryMb() {
      const peak = memory.peakMb(Math.max(1, largestPass), accumulated ? 'accumulate' : whole);
      return inParts ? peak + parts.most * megabytesOf(parameters) : peak;
    },
    async run(batch, learningRate) {
      checkBatch(first, batch);
      return fitting(batch, async () => {
        if (batch.rows > passOf(batch.rows)) {
          const result = await accumulate(batch);
          await update(learningRate);
          return result;
        }
        const result = await pass(batch, learningRate);
        if (fused) fused.apply(step + 1, learningRate);
        step += 1;
        return result;
      });
    },
    async gradients(batch) {
      checkBatch(first, batch);
      const result = await fitting(batch, () => accumulate(batch));
      return { ...result, gradients: await readAll('gradient') };
    },
    async apply(gradients, learningRate) {
      if (!fused) await load('apply');
      clear('gradient');
      writeAll('gradient', gradients);
      await update(learningRate);
    },
    async logits(features, rows) {
      const { graph, session } = await load('forward');
      const outputs = await session.run(featureFeeds(graph.features, features, rows, 0, rows), { state });
      return float32Data(outputs, OUTPUTS.logits);
    },
    values: () => readAll(),
    setValues(values) {
      for (const [name, data] of values) state.write(name, data);
    },
    setPenalty(penalty) {
      for (const [name, { anchor, importance }] of penalty) {
        state.write(stateName('anchor', name), anchor);
        state.write(stateName('importance', name), importance);
      }
    },
    setMasks: (masks) => writeAll('mask', masks),
    pathIntegrals: () => readAll('path_integral'),
    resetPathIntegrals: () => clear('path_integral'),
    resetOptimizer() {
      for (const kind of ['adam_m', 'adam_v', 'momentum'] as const) clear(kind);
      step = 0;
    },
    async model() {
      const values = await readAll();
      for (const { name } of buffers) values.set(name, await state.read(name));
      return serializeModel(replaceInitializers(parseModel(model), values));
    },
    async snapshot() {
      const tensors = new Map<string, Float32Array>();
      for (const name of state.names) if (!passing.has(name)) tensors.set(name, await state.read(name));
      return { step, tensors };
    },
    restore(snapshot) {
      for (const [name, data] of snapshot.tensors) if (state.names.includes(name)) state.write(name, data);
      step = snapshot.step;
    },
    async release() {
      state.release();
      await graphs.release();
    },
  };
}

function megabytesOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((bytes, { initial }) => bytes + initial.byteLength, 0) / 2 ** 20;
}

/** Results of consecutive rows as one. */
function sumResults(parts: readonly Parameters<typeof float32Data>[0][]): StepResult {
  const results = parts.map(readResult);
  const logits = new Float32Array(results.reduce((length, part) => length + part.logits.length, 0));
  let at = 0;
  let loss = 0;
  let labelLoss = 0;
  for (const part of results) {
    logits.set(part.logits, at);
    at += part.logits.length;
    loss += part.loss;
    labelLoss += part.labelLoss;
  }
  return { loss, labelLoss, logits };
}

function readResult(outputs: Parameters<typeof float32Data>[0]): StepResult {
  return {
    loss: float32Data(outputs, OUTPUTS.loss)[0] ?? Number.NaN,
    labelLoss: float32Data(outputs, OUTPUTS.labelLoss)[0] ?? Number.NaN,
    logits: float32Data(outputs, OUTPUTS.logits),
  };
}
