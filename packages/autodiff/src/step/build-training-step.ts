import { DriftloopError } from '@driftloop/errors';
import { GraphBuilder, parseModel, serializeModel } from '@driftloop/onnx';
import { emitBackward } from '../backward.ts';
import type { StateEntry } from '../engine.ts';
import { createForwardGraph, type ForwardGraph } from '../forward/forward-graph.ts';
import { optimizerRule } from '../optimizers/index.ts';
import type { Loss, TrainingOptions } from '../training-options.ts';
import { emitLogits } from './logits.ts';
import { INPUTS, nextName, OUTPUTS, stateName } from './names.ts';
import { emitPenalty } from './penalty.ts';
import { emitRowTerms } from './row-terms.ts';
import type { StepKind, TrainingStepGraph } from './training-step-graph.ts';
import { emitUpdate } from './update.ts';

/**
 * Turns a model into a graph that trains it: forward, losses, backward and optimizer in one ONNX
 * graph with a symbolic batch. Throws MODEL_INVALID when the model cannot be read or has nothing to
 * train, GRAPH_INVALID when shapes do not fit, OPERATOR_UNSUPPORTED when a gradient would have to
 * pass through an operator that has none.
 */
export function buildTrainingStep(
  model: Uint8Array,
  options: TrainingOptions,
  kind: StepKind = 'step',
): TrainingStepGraph {
  checkOptions(options);
  const forward = createForwardGraph(parseModel(model), {
    ...options,
    raw: isRegression(options.loss),
    training: kind !== 'forward',
  });
  const { builder, head } = forward;
  const logits = emitLogits(forward, options.loss);
  const [, outputWidth] = builder.dims(logits);
  if (typeof outputWidth !== 'number') {
    throw new DriftloopError(
      'GRAPH_INVALID',
      `the width of output ${head.output} is not known; declare its shape`,
    );
  }
  const rule = optimizerRule(options.optimizer);
  const common = {
    kind,
    outputWidth,
    head,
    frozen: forward.frozen,
    parameters: forward.parameters,
    buffers: forward.buffers,
  };
  const scalars = (step: number, learningRate: number) => rule.scalars(step, learningRate);
  if (kind === 'apply') return { ...common, ...applyGraph(forward, options), scalars };
  if (kind === 'forward') {
    const outputs = [builder.output(logits)];
    return {
      ...common,
      graph: finish(builder),
      state: [],
      features: forward.features,
      inputs: [],
      outputs,
      updates: {},
      inPlace: [],
      scalars: () => ({}),
    };
  }
  const inner = emitStep(forward, logits, outputWidth, options, kind);
  const inputs = rowInputs(options);
  if (kind === 'step') inputs.push(...rule.scalarNames);
  return {
    ...common,
    ...inner,
    features: forward.features,
    inputs,
    outputs: [OUTPUTS.loss, OUTPUTS.labelLoss, OUTPUTS.logits],
    inPlace: ownState(inner),
    graph: finish(builder),
    scalars: kind === 'step' ? scalars : () => ({}),
  };
}

function emitStep(
  forward: ForwardGraph,
  logits: string,
  width: number,
  options: TrainingOptions,
  kind: 'step' | 'gradients' | 'accumulate',
): { state: StateEntry[]; updates: Record<string, string> } {
  const { builder, parameters } = forward;
  const terms = emitRowTerms(builder, logits, width, options);
  const names = parameters.map((parameter) => parameter.name);
  const rowGradients = emitBackward(builder, builder.nodesSoFar, new Map([[logits, terms.gradient]]), names);
  let { loss } = terms;
  let gradients: ReadonlyMap<string, string> = rowGradients;
  const state: StateEntry[] = [];
  if (options.penalty) {
    const penalty = emitPenalty(builder, parameters, rowGradients);
    loss = builder.node('Add', [loss, penalty.loss]);
    gradients = penalty.gradients;
    state.push(...penalty.state);
  }
  builder.output(builder.node('Identity', [loss], {}, OUTPUTS.loss));
  builder.output(builder.node('Identity', [terms.labelLoss], {}, OUTPUTS.labelLoss));
  builder.output(logits);
  const bufferUpdates: Record<string, string> = {};
  for (const { name, next } of forward.buffers) {
    bufferUpdates[name] = builder.output(builder.node('Identity', [next], {}, nextName(name)));
  }
  if (kind === 'accumulate') {
    return { state, updates: { ...bufferUpdates, ...emitAccumulation(forward, gradients, state) } };
  }
  if (kind === 'gradients') {
    return { state, updates: { ...bufferUpdates, ...emitGradients(forward, gradients, state) } };
  }
  const update = emitUpdate(builder, parameters, gradients, options);
  const updates: Record<string, string> = { ...bufferUpdates, ...update.updates };
  state.push(...update.state);
  if (options.pathIntegral) {
    for (const { name, dims } of parameters) {
      const path = builder.input(stateName('path_integral', name), 'float32', dims);
      const moved = builder.node('Sub', [name, updates[name] ?? '']);
      const gain = builder.node('Mul', [rowGradients.get(name) ?? '', moved]);
      updates[path] = builder.output(builder.node('Add', [path, gain], {}, nextName(path)));
      state.push({ name: path, dims });
    }
  }
  return { state, updates };
}

function emitAccumulation(
  { builder, parameters }: ForwardGraph,
  gradients: ReadonlyMap<string, string>,
  state: StateEntry[],
): Record<string, string> {
  const updates: Record<string, string> = {};
  for (const { name, dims } of parameters) {
    const sum = builder.input(stateName('gradient', name), 'float32', dims);
    const gradient = gradients.get(name) ?? '';
    updates[sum] = builder.output(builder.node('Add', [sum, gradient], {}, nextName(sum)));
    state.push({ name: sum, dims });
  }
  return updates;
}

/** Gradients replace those in state, which the graph does not read. */
function emitGradients(
  { builder, parameters }: ForwardGraph,
  gradients: ReadonlyMap<string, string>,
  state: StateEntry[],
): Record<string, string> {
  const updates: Record<string, string> = {};
  const computed = new Set(builder.nodesSoFar.flatMap((node) => node.output));
  for (const { name, dims } of parameters) {
    const entry = stateName('gradient', name);
    const gradient = gradients.get(name) ?? '';
    // A constant, or a gradient that another parameter has too, becomes an output of its own.
    const isOwn = computed.delete(gradient);
    updates[entry] = builder.output(isOwn ? gradient : builder.node('Identity', [gradient]));
    state.push({ name: entry, dims });
  }
  return updates;
}

function applyGraph({ builder: { opset }, parameters }: ForwardGraph, options: TrainingOptions) {
  const builder = new GraphBuilder({ name: 'update', opset });
  const state: StateEntry[] = [];
  const gradients = new Map<string, string>();
  for (const { name, dims } of parameters) {
    builder.input(name, 'float32', dims);
    gradients.set(name, builder.input(stateName('gradient', name), 'float32', dims));
    state.push({ name: stateName('gradient', name), dims });
  }
  const update = emitUpdate(builder, parameters, gradients, options);
  return {
    graph: finish(builder),
    state: [...state, ...update.state],
    features: [],
    inputs: [...optimizerRule(options.optimizer).scalarNames],
    outputs: [],
    updates: update.updates,
    inPlace: ownState(update),
  };
}

/**
 * Moments, gradients, their sums and path integrals: every update reads at most its own. Parameters
 * are read all over the graph.
 */
function ownState({
  state,
  updates,
}: {
  state: readonly StateEntry[];
  updates: Readonly<Record<string, string>>;
}) {
  return state.map((entry) => entry.name).filter((name) => name in updates);
}

function rowInputs(options: TrainingOptions): string[] {
  return [
    INPUTS.labels,
    INPUTS.labelWeights,
    ...(options.distillation ? [INPUTS.teacher, INPUTS.teacherWeights] : []),
    ...(options.matching ? [INPUTS.remembered, INPUTS.rememberedWeights] : []),
    ...(options.logitOffsets ? [INPUTS.logitOffsets] : []),
    ...(options.penalty ? [INPUTS.penaltyScale] : []),
  ];
}

function isRegression(loss: Loss): boolean {
  return loss === 'squaredError' || typeof loss === 'object';
}

function checkOptions({ clipNorm, lossScale, distillation, loss }: TrainingOptions): void {
  const positive = {
    clipNorm,
    lossScale,
    temperature: distillation?.temperature,
    delta: typeof loss === 'object' ? loss.delta : 1,
  };
  for (const [name, value] of Object.entries(positive)) {
    if (value !== undefined && !(value > 0)) {
      throw new DriftloopError('CONFIG_INVALID', `${name} is ${value}; it must be above 0`);
    }
  }
}

function finish(builder: GraphBuilder): Uint8Array {
  return serializeModel(builder.build());
}
