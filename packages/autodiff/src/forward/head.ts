import { DriftloopError } from '@driftloop/errors';
import {
  declaredInfo,
  type GraphProto,
  graphOf,
  intAttribute,
  type ModelProto,
  type NodeProto,
  nodeLabel,
  tensorAttribute,
} from '@driftloop/onnx';

/** Where a model's logits are. */
export interface Head {
  /** The graph output that is trained. */
  readonly output: string;
  /** The value before the final activation; the output itself when there is none. */
  readonly logits: string;
  /**
   * What makes the served output from the logits. 'sigmoidPair' is scikit-learn's binary form, [1 −
   * σ(z), σ(z)]: two columns from one logit z, the same as softmax over [0, z].
   */
  readonly activation: 'softmax' | 'logSoftmax' | 'sigmoid' | 'sigmoidPair' | 'none';
}

type Producers = ReadonlyMap<string, NodeProto>;

/** Operators after the activation that do not change the numbers. */
const TRANSPARENT = new Set(['Identity', 'Cast', 'ZipMap', 'Flatten', 'Squeeze', 'Reshape', 'Unsqueeze']);

/**
 * Recognises how a model ends, so that losses work on logits. A classifier's label output (ArgMax
 * and what follows it) is left aside.
 * @param output the output to train, when there are several floats
 */
export function findHead(model: ModelProto, output?: string): Head {
  const { producers, name } = trainedOutput(model, output);
  const found = findActivation(name, producers);
  if (found !== undefined) return { output: name, ...found };
  const node = producers.get(name);
  if (node && isReordering(node, producers) && findActivation(node.input[0] ?? '', producers))
    throw new DriftloopError(
      'OPERATOR_UNSUPPORTED',
      `node ${nodeLabel(node)} changes the order of the classes after their activation; export the model with its classes in the spec's order`,
    );
  return { output: name, logits: rawOutput(name, producers), activation: 'none' };
}

/** The output that is trained: the one given, or the only one of floats, or of probabilities. */
export function trainedOutput(model: ModelProto, output?: string) {
  const graph = graphOf(model);
  const producers: Producers = new Map(
    graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)),
  );
  return { producers, name: output ?? chooseOutput(graph, producers) };
}

/** The activation that makes a value, behind what hands its numbers on; undefined for none. */
export function findActivation(
  value: string,
  producers: Producers,
): Pick<Head, 'activation' | 'logits'> | undefined {
  let node = producers.get(value);
  for (;;) {
    const found = activationOf(node, producers);
    if (found !== undefined || node === undefined || !TRANSPARENT.has(node.opType)) return found;
    node = producers.get(node.input[0] ?? '');
  }
}

/** Whether a node only puts columns in another order, as far as its constant tells. */
function isReordering(node: NodeProto, producers: Producers): boolean {
  if (node.opType !== 'Gather' || intAttribute(node, 'axis', 0) !== 1) return false;
  const indices = producers.get(node.input[1] ?? '');
  const order = indices && tensorAttribute(indices, 'value');
  return order !== undefined && order.dims.length === 1 && order.dims[0] !== 1n;
}

/** The output itself as head: regression losses work on what is served, whatever makes it. */
export function findRawHead(model: ModelProto, output?: string): Head {
  const { producers, name } = trainedOutput(model, output);
  return { output: name, logits: rawOutput(name, producers), activation: 'none' };
}

function activationOf(
  node: NodeProto | undefined,
  producers: Producers,
): Pick<Head, 'activation' | 'logits'> | undefined {
  const logits = node?.input[0] ?? '';
  switch (node?.opType) {
    case 'Softmax':
      return lastAxis(node) ? { activation: 'softmax', logits } : undefined;
    case 'LogSoftmax':
      return lastAxis(node) ? { activation: 'logSoftmax', logits } : undefined;
    case 'Sigmoid':
      return { activation: 'sigmoid', logits };
    case 'Concat':
      return sigmoidPair(node, producers);
    default:
      return undefined;
  }
}

function lastAxis(node: NodeProto): boolean {
  const axis = intAttribute(node, 'axis', -1);
  return axis === -1 || axis === 1;
}

/** Concat(1 − p, p) with p = Sigmoid(z). */
function sigmoidPair(node: NodeProto, producers: Producers): Pick<Head, 'activation' | 'logits'> | undefined {
  const [complement, probability] = node.input.map((input) => producers.get(input));
  if (node.input.length !== 2 || complement?.opType !== 'Sub' || probability?.opType !== 'Sigmoid')
    return undefined;
  if (complement.input[1] !== node.input[1]) return undefined;
  return { activation: 'sigmoidPair', logits: probability.input[0] ?? '' };
}

/** A ZipMap's output is a list of dictionaries; what goes into it is the tensor. */
function rawOutput(name: string, producers: Producers): string {
  const node = producers.get(name);
  return node?.opType === 'ZipMap' ? (node.input[0] ?? name) : name;
}

function chooseOutput(graph: GraphProto, producers: Producers): string {
  const floats = graph.output.filter((output) => {
    const type = declaredInfo(output)?.type;
    return type === 'float32' || producers.get(output.name)?.opType === 'ZipMap';
  });
  const [first, second] = floats;
  const named = floats.find((output) => /prob/i.test(output.name));
  if (named !== undefined) return named.name;
  if (first !== undefined && second === undefined) return first.name;
  const names = graph.output.map((output) => output.name).join(', ');
  throw new DriftloopError(
    'MODEL_INVALID',
    floats.length === 0
      ? `the model has no float32 output to train (outputs: ${names})`
      : `the model has several float32 outputs (${names}); say which one is trained`,
  );
}
