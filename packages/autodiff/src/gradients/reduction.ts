import { DriftloopError } from '@driftloop/errors';
import { intAttribute, reductionAxes } from '@driftloop/onnx';
import { type GradientContext, type GradientRule, inputOf, outputOf, unaryRule } from './rule.ts';

function axesOf({ builder, node }: GradientContext): number[] {
  const axes = reductionAxes({ node, inputs: node.input.map((name) => builder.infoIfKnown(name)) });
  if (axes === undefined)
    throw new DriftloopError('GRAPH_INVALID', `the axes of ${node.opType} ${node.name} are not constant`);
  return axes;
}

/** A value of the reduced shape, with the reduced axes back as 1. */
function keptDims(context: GradientContext, value: string): string {
  const { builder, node } = context;
  const axes = axesOf(context);
  if (intAttribute(node, 'keepdims', 1) === 1 || axes.length === 0) return value;
  return builder.node('Unsqueeze', [value, builder.int(axes)]);
}

function expandToInput({ builder, node }: GradientContext, value: string): string {
  return builder.node('Expand', [value, builder.node('Shape', [inputOf(node, 0)])]);
}

const reduceSum = unaryRule((context, gradient) => expandToInput(context, keptDims(context, gradient)));

/** As a sum, divided by how many elements went into each mean. */
const reduceMean = unaryRule((context, gradient) => {
  const { builder, node } = context;
  const input = inputOf(node, 0);
  const sizes = axesOf(context).map((axis) => builder.dims(input)[axis] ?? 1);
  const known = sizes.every((size): size is number => typeof size === 'number');
  const share = known
    ? builder.float(1 / sizes.reduce((count, size) => count * size, 1))
    : builder.node('Div', [elementsOf(context, outputOf(node)), elementsOf(context, input)]);
  return expandToInput(context, keptDims(context, builder.node('Mul', [gradient, share])));
});

function elementsOf({ builder }: GradientContext, value: string): string {
  return builder.node('Cast', [builder.node('Size', [value])], { to: 1 });
}

/** Σx²: 2x. */
const reduceSumSquare = unaryRule((context, gradient) => {
  const { builder, node } = context;
  const twice = builder.node('Mul', [inputOf(node, 0), builder.float(2)]);
  return builder.node('Mul', [twice, keptDims(context, gradient)]);
});

/** √Σx²: x/y. */
const reduceL2 = unaryRule((context, gradient) => {
  const { builder, node } = context;
  const scaled = builder.node('Div', [keptDims(context, gradient), keptDims(context, outputOf(node))]);
  return builder.node('Mul', [inputOf(node, 0), scaled]);
});

/** log Σeˣ: e^(x − y). */
const reduceLogSumExp = unaryRule((context, gradient) => {
  const { builder, node } = context;
  const share = builder.node('Exp', [
    builder.node('Sub', [inputOf(node, 0), keptDims(context, outputOf(node))]),
  ]);
  return builder.node('Mul', [share, keptDims(context, gradient)]);
});

export const reductionGradients: Readonly<Record<string, GradientRule>> = {
  ReduceL2: reduceL2,
  ReduceLogSumExp: reduceLogSumExp,
  ReduceMean: reduceMean,
  ReduceSum: reduceSum,
  ReduceSumSquare: reduceSumSquare,
};
