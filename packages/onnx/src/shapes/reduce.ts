import { intAttribute, intsAttribute } from '../attribute.ts';
import type { TensorInfo } from '../tensor-info.ts';
import { normalizeAxis } from './dims.ts';
import { knownIntegers, type ShapeContext, type ShapeRule, tensorInfo } from './rule.ts';

/**
 * Axes of a reduction: an attribute up to opset 12 or 17, an input since; all axes when there are
 * none. Undefined when not known.
 */
export function reductionAxes({ node, inputs }: Pick<ShapeContext, 'node' | 'inputs'>): number[] | undefined {
  const rank = inputs[0]?.dims?.length;
  if (rank === undefined) return undefined;
  const hasAxesInput = (node.input[1] ?? '') !== '';
  const axes = intsAttribute(node, 'axes') ?? (hasAxesInput ? knownIntegers(inputs[1]) : []);
  if (axes === undefined) return undefined;
  if (axes.length > 0) return axes.map((axis) => normalizeAxis(axis, rank));
  return intAttribute(node, 'noop_with_empty_axes', 0) ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

const reduce: ShapeRule = (context) => {
  const [input] = context.inputs;
  if (!input) return [undefined];
  const keep = intAttribute(context.node, 'keepdims', 1) === 1;
  const axes = reductionAxes(context);
  return [tensorInfo(input.type, axes && reduced(input, axes, keep))];
};

const argument: ShapeRule = ({ node, inputs: [input] }) => {
  const dims = input?.dims;
  if (!dims) return [tensorInfo('int64', undefined)];
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
  return [tensorInfo('int64', reduced(input, [axis], intAttribute(node, 'keepdims', 1) === 1))];
};

function reduced(input: TensorInfo, axes: readonly number[], keep: boolean) {
  return input.dims?.flatMap((dim, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [dim]));
}

const REDUCTIONS = 'Sum Mean Max Min Prod L1 L2 SumSquare LogSum LogSumExp';

export const reduceShapes: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(REDUCTIONS.split(' ').map((name) => [`Reduce${name}`, reduce])),
  ArgMax: argument,
  ArgMin: argument,
};
