import { DriftloopError } from '@driftloop/errors';
import {
  classLabels,
  declaredInfo,
  fedInputs,
  GraphBuilder,
  graphOf,
  type ModelProto,
  type NodeProto,
  nodeLabel,
  WRITTEN_OPSET as OPSET,
  opsetOf,
  parseModel,
  readsOf,
  runningOrder,
  serializeModel,
  subgraphsOf,
  type TensorProto,
  type ValueInfoProto,
} from '@driftloop/onnx';
import { ancestors } from '../forward/ancestors.ts';
import { declaredValues } from '../forward/declared.ts';
import { BATCH } from '../forward/forward-graph.ts';
import { allowFreezing } from '../forward/freeze-mark.ts';
import { findActivation, trainedOutput } from '../forward/head.ts';
import { weightInitializers } from '../forward/trainable.ts';
import { lowerClassical } from './classical.ts';
import type { FileContext } from './file-context.ts';
import { isDouble, narrowNode, narrowTensor } from './narrow.ts';
import { lowerReordering } from './reordering.ts';
import { areScores } from './scores.ts';
import { emitOdds, emitShare, lowerShare } from './shares.ts';
import { upgradeNode } from './upgrade.ts';

/** The oldest operator set that is read; older ones broadcast by other rules. */
const OLDEST_OPSET = 7;

/** A user's model in the form that driftloop trains and serves. */
export interface ImportedModel {
  /**
   * ONNX: one float32 input [batch, features], one float32 output, operators of the default domain,
   * opset 17 or later.
   */
  readonly model: Uint8Array;
  /** What was changed, for people; empty when `model` is the file as it was given. */
  readonly changes: readonly string[];
  /**
   * The classes that the file names, in the order of its outputs: labels are their positions.
   * Absent when it names none.
   */
  readonly classes?: readonly (string | number)[];
}

/**
 * Brings an ONNX file into the form that is trained and served, without changing what it answers
 * beyond float32's precision: label outputs and what only they need are left out, ZipMap gives way
 * to its tensor, linear models of ai.onnx.ml become matrix products whose weights can be trained,
 * doubles become floats, operators of opsets 7 to 16 are written as in opset 17, nodes are put in
 * running order. Other inputs than one of rows are brought into that form before, by `takeRows` of
 * `@driftloop/onnx`. A file
 * that needs none of this is returned as it is. Operators that are not known stay in place: they
 * may be served, and what follows them may be trained.
 *
 * @param options.output the output to keep, when there are several of floats
 * @param options.classifier the outputs stand for classes: where the model ends in a linear layer,
 *   and so answers logits, it gets the softmax or, for one output, the sigmoid that makes them
 *   probabilities
 * @param options.freezeUnsupported marks the model: operators without a gradient freeze what is
 *   before them, now and in all its versions
 * @throws DriftloopError MODEL_INVALID when the file cannot be read, has several inputs, or an
 *   opset before 7; OPERATOR_UNSUPPORTED for a linear model of ai.onnx.ml in a form that is not
 *   known
 */
export function importModel(
  bytes: Uint8Array,
  options: {
    readonly output?: string;
    readonly classifier?: boolean;
    readonly freezeUnsupported?: boolean;
  } = {},
): ImportedModel {
  const model = parseModel(bytes);
  const opset = opsetOf(model);
  if (opset < OLDEST_OPSET) {
    throw new DriftloopError(
      'MODEL_INVALID',
      `the model has opset ${opset}; export it again with opset ${OPSET}, at least ${OLDEST_OPSET}`,
    );
  }
  const graph = graphOf(model);
  const { producers, name } = trainedOutput(model, options.output);
  const end = producers.get(name);
  const output = end?.opType === 'ZipMap' ? (end.input[0] ?? '') : name;
  const inOrder = runningOrder(graph.node);
  const nodes = ancestors(inOrder, output);
  const changes = new Set<string>();
  if (inOrder !== graph.node) changes.add('nodes are in running order');
  if (opset < OPSET) refuseBodies(nodes);
  const left = graph.node.length - nodes.length;
  if (left > 0 || graph.output.length > 1)
    changes.add(`kept ${output} of the outputs ${graph.output.map(({ name }) => name).join(', ')}`);
  if (opset < OPSET) changes.add(`written in opset ${OPSET} instead of ${opset}`);

  const builder = new GraphBuilder({
    name: graph.name || 'imported',
    opset: Math.max(OPSET, opset),
    domains: domainsOf(model),
    functions: model.functions,
  });
  builder.reserve(nodes.flatMap(namesWithin));
  const input = oneInput(graph, nodes, output, changes);
  addInput(builder, input, changes);
  addInitializers(builder, graph.initializer, nodes, changes);
  const declared = declaredValues(graph, input, BATCH);
  for (const node of nodes) {
    lower(builder, node, { opset, output, producers, changes });
    for (const name of node.output) {
      const info = declared.get(name);
      if (info && info.type !== 'float64') builder.assume(name, info);
    }
  }
  const made = graph.output.find(({ name }) => name === output);
  if (made !== undefined && made.type === undefined) changes.add(`output ${output} declares its type`);
  // What an operator that is not known makes is what the file says it makes.
  builder.assume(output, { type: 'float32' });
  const served = options.classifier ? withProbabilities(builder, producers, output, changes) : output;
  builder.output(served);
  const classes = classLabels(graph);
  const named = classes ? { classes } : {};
  const mark = options.freezeUnsupported ? allowFreezing : (unmarked: ModelProto) => unmarked;
  if (changes.size > 0)
    return { model: serializeModel(mark(builder.build())), changes: [...changes], ...named };
  return { model: options.freezeUnsupported ? serializeModel(mark(model)) : bytes, changes: [], ...named };
}

/**
 * Names that new values must not take: of outputs, and of anything in the graphs that a node
 * carries.
 */
function namesWithin(node: NodeProto): string[] {
  const inner = subgraphsOf(node).flatMap((body) => [
    ...[...body.input, ...body.initializer].map(({ name }) => name),
    ...body.node.flatMap(namesWithin),
  ]);
  return [...node.output, ...inner];
}

/** Bodies of If and Loop are left as they are, so they must be of the opset that is written. */
function refuseBodies(nodes: readonly NodeProto[]): void {
  const node = nodes.find((candidate) => subgraphsOf(candidate).length > 0);
  if (node === undefined) return;
  throw new DriftloopError(
    'OPERATOR_UNSUPPORTED',
    `node ${nodeLabel(node)} carries a graph of its own, which is not rewritten; export the model with opset ${OPSET} or later`,
  );
}

function lower(builder: GraphBuilder, node: NodeProto, context: FileContext): void {
  const isLowered = [lowerClassical, lowerShare, lowerReordering].some((lowering) =>
    lowering(builder, node, context),
  );
  if (isLowered) return;
  const narrowed = narrowNode(node);
  if (narrowed !== node) context.changes.add('doubles became floats');
  const upgraded = context.opset < OPSET ? upgradeNode(builder, narrowed, context.opset) : narrowed;
  builder.append(upgraded);
}

function withProbabilities(
  builder: GraphBuilder,
  producers: ReadonlyMap<string, NodeProto>,
  output: string,
  changes: Set<string>,
): string {
  if (!areScores(output, producers)) return withLogits(builder, output, changes);
  const isOne = builder.infoIfKnown(output)?.dims?.at(-1) === 1;
  const operator = isOne ? 'Sigmoid' : 'Softmax';
  changes.add(`${operator} makes probabilities of ${output}`);
  return builder.node(operator, [output], isOne ? {} : { axis: -1 }, `${output}_probability`);
}

/**
 * Probabilities that come from no activation that is known, of a model that has weights, as the
 * softmax or sigmoid of their logits: the losses work on those.
 */
function withLogits(builder: GraphBuilder, output: string, changes: Set<string>): string {
  const dims = builder.infoIfKnown(output)?.dims;
  const nodes = builder.nodesSoFar;
  const producers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  if (dims === undefined || findActivation(output, producers) !== undefined) return output;
  if (weightInitializers(nodes, builder.floats).size === 0) return output;
  const width = dims.length === 1 ? 1 : dims[1];
  if (dims.length > 2 || typeof width !== 'number') return output;
  changes.add(`${output} is written as the ${width === 1 ? 'sigmoid' : 'softmax'} of its logits`);
  const answers = builder.unique(`${output}_of_logits`);
  if (width === 1) emitOdds(builder, output, answers);
  else emitShare(builder, output, answers);
  return answers;
}

function oneInput(
  graph: ReturnType<typeof graphOf>,
  nodes: readonly NodeProto[],
  output: string,
  changes: Set<string>,
): ValueInfoProto {
  const read = new Set([...nodes.flatMap(readsOf), output]);
  const fed = fedInputs(graph);
  const inputs = fed.filter((input) => read.has(input.name));
  const [input] = inputs;
  if (input !== undefined && inputs.length === 1) {
    if (fed.length > 1) changes.add('inputs that nothing reads are left out');
    return input;
  }
  const names = inputs.map(({ name }) => name).join(', ') || 'none';
  throw new DriftloopError(
    'MODEL_INVALID',
    `the model has the inputs ${names}; export it with one input [rows, features]`,
  );
}

/** Declares the input as [batch, features] in float32. */
function addInput(builder: GraphBuilder, input: ValueInfoProto, changes: Set<string>): void {
  const info = declaredInfo(input);
  if (info?.type !== 'float32' || info.dims?.length !== 2) {
    throw new DriftloopError(
      'MODEL_INVALID',
      `input ${input.name} must declare its shape, float32 [rows, features]`,
    );
  }
  const [rows, features] = info.dims;
  builder.input(input.name, 'float32', [BATCH, features ?? 1]);
  if (typeof rows === 'number') changes.add(`input ${input.name} takes any number of rows`);
}

function addInitializers(
  builder: GraphBuilder,
  initializers: readonly TensorProto[],
  nodes: readonly NodeProto[],
  changes: Set<string>,
): void {
  const read = new Set(nodes.flatMap(readsOf));
  for (const tensor of initializers) {
    if (!read.has(tensor.name)) continue;
    if (isDouble(tensor)) changes.add('doubles became floats');
    builder.initializer(narrowTensor(tensor));
  }
}

function domainsOf(model: ModelProto): Record<string, number> {
  const others = model.opsetImport.filter((opset) => opset.domain !== '' && opset.domain !== 'ai.onnx');
  return Object.fromEntries(others.map((opset) => [opset.domain, Number(opset.version)]));
}
