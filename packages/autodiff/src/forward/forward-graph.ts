import { DriftloopError } from '@driftloop/errors';
import {
  type Dim,
  declaredInfo,
  fedInputs,
  GraphBuilder,
  graphOf,
  type ModelProto,
  type NodeProto,
  nodeLabel,
  opsetOf,
  readsOf,
  type TensorProto,
  tensorDims,
  tensorToFloat32,
  tensorType,
  WRITTEN_OPSET,
} from '@driftloop/onnx';
import { dependents, isConstantOperator, isDifferentiable, unsupported } from '../backward.ts';
import { ancestors } from './ancestors.ts';
import { appendForTraining, type ForwardMode, type RunningStatistic } from './append-for-training.ts';
import { declaredValues } from './declared.ts';
import { mayFreeze } from './freeze-mark.ts';
import { findHead, findRawHead, type Head } from './head.ts';
import { weightInitializers } from './trainable.ts';

/** The symbol of the batch dimension in training graphs. */
export const BATCH = 'batch';

/** A parameter: a float32 initializer of the model that training changes. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly initial: Float32Array;
}

/** An input of the model. The first dim is the batch. */
export interface FeatureInput {
  readonly name: string;
  readonly type: 'float32' | 'int64';
  readonly dims: readonly Dim[];
}

/** A model's forward pass in a builder, up to the logits, with its parameters as graph inputs. */
export interface ForwardGraph {
  readonly builder: GraphBuilder;
  readonly head: Head;
  /** The nodes that the logits need, in running order. */
  readonly nodes: readonly NodeProto[];
  readonly features: readonly FeatureInput[];
  readonly parameters: readonly Parameter[];
  /** Running statistics of batch normalisation, which follow the batches. */
  readonly buffers: readonly (Parameter & Pick<RunningStatistic, 'next'>)[];
  /**
   * Initializers that would be trained if an operator without a gradient did not stand between them
   * and the loss.
   */
  readonly frozen: readonly string[];
}

export interface ForwardOptions {
  readonly dropout?: boolean | undefined;
  readonly batchStatistics?: boolean | undefined;
  /**
   * Whether nodes run as in training (dropout, batch statistics, as far as asked for) or as in
   * serving.
   * @default true
   */
  readonly training?: boolean | undefined;
  readonly trainable?: ((name: string, dims: readonly number[]) => boolean) | undefined;
  readonly freezeUnsupported?: boolean | undefined;
  readonly output?: string | undefined;
  /** Work on the served output rather than on what its activation is applied to. */
  readonly raw?: boolean | undefined;
}

/**
 * Puts the part of a model that its logits need into a new builder. Throws MODEL_INVALID,
 * GRAPH_INVALID or OPERATOR_UNSUPPORTED.
 */
export function createForwardGraph(model: ModelProto, options: ForwardOptions): ForwardGraph {
  const graph = graphOf(model);
  const head = (options.raw ? findRawHead : findHead)(model, options.output);
  const nodes = ancestors(graph.node, head.logits);
  const read = new Set(nodes.flatMap(readsOf));
  const initializers = graph.initializer.filter((tensor) => read.has(tensor.name));
  const reaching = withGradient(nodes, head.logits);
  const chosen = chooseParameters(nodes, initializers, options).filter((tensor) => reaching.has(tensor.name));
  const stuck = behindUnsupported(nodes, chosen, options.freezeUnsupported ?? mayFreeze(model));
  const trained = chosen.filter((tensor) => !stuck.has(tensor.name));
  if (trained.length === 0) throw nothingToTrain(nodes, initializers, stuck);

  const builder = new GraphBuilder({
    name: 'training',
    opset: Math.max(WRITTEN_OPSET, opsetOf(model)),
    domains: domainsOf(model),
    functions: model.functions,
  });
  builder.reserve(nodes.flatMap((node) => node.output));
  const inputs = fedInputs(graph).filter((input) => read.has(input.name));
  const declared = inputs[0] ? declaredValues(graph, inputs[0], BATCH) : new Map<string, never>();
  const features = inputs.map((input) => {
    const info = declaredInfo(input);
    if (!info?.dims || info.dims.length === 0) {
      throw new DriftloopError(
        'MODEL_INVALID',
        `input ${input.name} must declare its shape, with the batch first`,
      );
    }
    if (info.type !== 'float32' && info.type !== 'int64') {
      throw new DriftloopError(
        'MODEL_INVALID',
        `input ${input.name} is ${info.type}; inputs must be float32 or int64`,
      );
    }
    const dims = [BATCH, ...info.dims.slice(1)];
    builder.input(input.name, info.type, dims);
    return { name: input.name, type: info.type, dims };
  });
  const parameters = trained.map((tensor) => {
    const dims = tensorDims(tensor);
    builder.input(tensor.name, 'float32', dims);
    return { name: tensor.name, dims, initial: tensorToFloat32(tensor) };
  });
  const { training = true, dropout = false, batchStatistics = false } = options;
  const mode: ForwardMode = { dropout: training && dropout, batchStatistics: training && batchStatistics };
  const followed = batchStatistics ? runningStatistics(nodes) : new Set<string>();
  const names = new Set(parameters.map((parameter) => parameter.name));
  const statistics = new Map<string, Parameter>();
  for (const tensor of initializers) {
    if (names.has(tensor.name)) continue;
    if (!followed.has(tensor.name)) {
      builder.initializer(tensor);
      continue;
    }
    const dims = tensorDims(tensor);
    builder.input(tensor.name, 'float32', dims);
    statistics.set(tensor.name, { name: tensor.name, dims, initial: tensorToFloat32(tensor) });
  }
  const buffers: (Parameter & Pick<RunningStatistic, 'next'>)[] = [];
  for (const node of nodes) {
    for (const { name, next } of appendForTraining(builder, node, mode)) {
      const parameter = statistics.get(name);
      if (parameter) buffers.push({ ...parameter, next });
    }
    for (const output of node.output) {
      const info = declared.get(output);
      if (info) builder.assume(output, info);
    }
  }
  return { builder, head, nodes, features, parameters, buffers, frozen: [...stuck] };
}

/** Initializers that BatchNormalization nodes read as running mean and variance. */
function runningStatistics(nodes: readonly NodeProto[]): Set<string> {
  const normalisations = nodes.filter((node) => node.opType === 'BatchNormalization');
  return new Set(normalisations.flatMap((node) => node.input.slice(3, 5)));
}

/** Values from which a path of operators that are not constant leads to `value`. */
function withGradient(nodes: readonly NodeProto[], value: string): Set<string> {
  const reaching = new Set([value]);
  for (const node of nodes.toReversed()) {
    if (isConstantOperator(node) || !node.output.some((output) => reaching.has(output))) continue;
    for (const value of readsOf(node)) reaching.add(value);
  }
  return reaching;
}

function chooseParameters(
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[],
  options: ForwardOptions,
): TensorProto[] {
  const floats = initializers.filter((tensor) => tensorType(tensor) === 'float32');
  const { trainable } = options;
  if (trainable !== undefined) return floats.filter((tensor) => trainable(tensor.name, tensorDims(tensor)));
  const weights = weightInitializers(
    nodes,
    new Map(floats.map((tensor) => [tensor.name, tensorDims(tensor)])),
  );
  return floats.filter((tensor) => weights.has(tensor.name));
}

/**
 * Parameters whose gradient would have to pass an operator that has none, on any path.
 * Throws OPERATOR_UNSUPPORTED, naming the node, when there are some and they may not be frozen.
 */
function behindUnsupported(
  nodes: readonly NodeProto[],
  parameters: readonly TensorProto[],
  mayFreeze: boolean,
): Set<string> {
  const names = parameters.map((tensor) => tensor.name);
  const active = dependents(nodes, names);
  const behind = new Set<string>();
  for (const node of nodes.toReversed()) {
    const inputs = isConstantOperator(node) ? [] : readsOf(node).filter((value) => active.has(value));
    const isBlocking = inputs.length > 0 && !isDifferentiable(node);
    if (isBlocking && !mayFreeze) throw unsupported(node);
    if (!isBlocking && !node.output.some((output) => behind.has(output))) continue;
    for (const input of inputs) behind.add(input);
  }
  return new Set(names.filter((name) => behind.has(name)));
}

function domainsOf(model: ModelProto): Record<string, number> {
  const others = model.opsetImport.filter((opset) => opset.domain !== '' && opset.domain !== 'ai.onnx');
  return Object.fromEntries(others.map((opset) => [opset.domain, Number(opset.version)]));
}

function nothingToTrain(
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[],
  stuck: ReadonlySet<string>,
): DriftloopError {
  const opaque = nodes.filter((node) => !isDifferentiable(node) && !isConstantOperator(node));
  const names = listed(initializers.map((tensor) => `${tensor.name} (${tensorType(tensor)})`));
  const why =
    stuck.size > 0
      ? `${listed([...stuck])} are behind operators without a gradient`
      : opaque.length > 0
        ? `${listed(opaque.map(nodeLabel))} ${opaque.length > 1 ? 'have' : 'has'} no gradient, and no weights outside`
        : 'no weight is chosen';
  return new DriftloopError(
    'MODEL_INVALID',
    `nothing to train: ${why}; initializers: ${names}. Weights are trained where they are float32 initializers`,
  );
}

const MOST_LISTED = 5;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  const shown = names.slice(0, MOST_LISTED).join(', ') || 'none';
  return more > 0 ? `${shown} and ${more} more` : shown;
}
