import { DriftloopError } from '@driftloop/errors';
import { type GraphBuilder, type NodeProto, nodeLabel, readsOf } from '@driftloop/onnx';
import { CONSTANT_OPERATORS, GRADIENTS } from './gradients/index.ts';

const isStandard = (node: NodeProto) => node.domain === '' || node.domain === 'ai.onnx';

/** Whether gradients can pass from a node's outputs to its inputs. */
export function isDifferentiable(node: NodeProto): boolean {
  return isStandard(node) && GRADIENTS.has(node.opType);
}

/**
 * Whether a node's outputs are constants as far as gradients are concerned: not an error, but
 * gradients stop there.
 */
export function isConstantOperator(node: NodeProto): boolean {
  return isStandard(node) && CONSTANT_OPERATORS.has(node.opType);
}

/**
 * Values that depend, through operators that pass gradients, on one of `sources`. Nodes in running
 * order.
 */
export function dependents(nodes: readonly NodeProto[], sources: Iterable<string>): Set<string> {
  const active = new Set(sources);
  for (const node of nodes) {
    if (isConstantOperator(node) || !readsOf(node).some((value) => active.has(value))) continue;
    for (const output of node.output) if (output !== '') active.add(output);
  }
  return active;
}

/**
 * Emits the gradients of the loss by `parameters`, going through `nodes` (already in the builder,
 * in running order) backwards.
 * @param seeds gradients of the loss by values of the graph, here the logits Throws
 *   OPERATOR_UNSUPPORTED, naming the node, when a gradient would have to pass through an operator
 *   without a rule.
 */
export function emitBackward(
  builder: GraphBuilder,
  nodes: readonly NodeProto[],
  seeds: ReadonlyMap<string, string>,
  parameters: readonly string[],
): Map<string, string> {
  const active = dependents(nodes, parameters);
  const gradients = new Map<string, string>(seeds);
  for (const node of nodes.toReversed()) {
    const outputs = node.output.map((output) => gradients.get(output));
    if (outputs.every((gradient) => gradient === undefined)) continue;
    if (isConstantOperator(node) || !readsOf(node).some((value) => active.has(value))) continue;
    const rule = isStandard(node) ? GRADIENTS.get(node.opType) : undefined;
    if (rule === undefined) throw unsupported(node);
    const needs = (input: number) =>
      isFloat(builder, node.input[input]) && active.has(node.input[input] ?? '');
    const results = rule({ builder, node, gradients: outputs, needs });
    results.forEach((gradient, i) => {
      if (gradient !== undefined) accumulate(builder, gradients, node.input[i] ?? '', gradient);
    });
  }
  return new Map(
    parameters.map((parameter) => {
      const gradient = gradients.get(parameter);
      if (gradient === undefined)
        throw new DriftloopError('GRAPH_INVALID', `no gradient reaches parameter ${parameter}`);
      return [parameter, gradient];
    }),
  );
}

function isFloat(builder: GraphBuilder, value: string | undefined): boolean {
  return value !== undefined && value !== '' && builder.infoIfKnown(value)?.type.startsWith('float') === true;
}

function accumulate(
  builder: GraphBuilder,
  gradients: Map<string, string>,
  value: string,
  gradient: string,
): void {
  const before = gradients.get(value);
  gradients.set(value, before === undefined ? gradient : builder.node('Add', [before, gradient]));
}

/** The error for a node through which a gradient would have to pass and cannot. */
export function unsupported(node: NodeProto): DriftloopError {
  return new DriftloopError(
    'OPERATOR_UNSUPPORTED',
    `node ${nodeLabel(node)} has no gradient; train only what comes after it (freezeUnsupported) or export the model without it`,
  );
}
