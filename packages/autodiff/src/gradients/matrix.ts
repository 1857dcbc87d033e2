import { type Dim, floatAttribute, type GraphBuilder, intAttribute } from '@driftloop/onnx';
import { type GradientContext, type GradientRule, inputOf } from './rule.ts';
import { sumTo } from './sum-to.ts';

/** Y = alpha·op(A)·op(B) + beta·C. */
const gemm: GradientRule = (context) => {
  const { builder, node } = context;
  const [gradient] = context.gradients;
  if (gradient === undefined) return [];
  const [a, b, c] = [inputOf(node, 0), inputOf(node, 1), node.input[2] ?? ''];
  const alpha = { float: floatAttribute(node, 'alpha', 1) };
  const beta = floatAttribute(node, 'beta', 1);
  const transA = intAttribute(node, 'transA', 0);
  const transB = intAttribute(node, 'transB', 0);
  const byA = () =>
    transA
      ? builder.node('Gemm', [b, gradient], { alpha, transA: transB, transB: 1 })
      : builder.node('Gemm', [gradient, b], { alpha, transB: 1 - transB });
  const byB = () =>
    transB
      ? builder.node('Gemm', [gradient, a], { alpha, transA: 1, transB: transA })
      : builder.node('Gemm', [a, gradient], { alpha, transA: 1 - transA });
  const byC = () => {
    const summed = sumTo(builder, gradient, c);
    return beta === 1 ? summed : builder.node('Mul', [summed, builder.float(beta)]);
  };
  return [
    context.needs(0) ? byA() : undefined,
    context.needs(1) ? byB() : undefined,
    c !== '' && context.needs(2) ? byC() : undefined,
  ];
};

const matmul: GradientRule = (context) => {
  const { builder, node } = context;
  const [gradient] = context.gradients;
  if (gradient === undefined) return [];
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const [rankA, rankB] = [builder.dims(a).length, builder.dims(b).length];
  if (rankA === 1 || rankB === 1) return vectorMatmul(context, gradient, a, b);
  if (rankA === 2 && rankB === 2) {
    return [
      context.needs(0) ? builder.node('Gemm', [gradient, b], { transB: 1 }) : undefined,
      context.needs(1) ? builder.node('Gemm', [a, gradient], { transA: 1 }) : undefined,
    ];
  }
  const byA = () => sumTo(builder, builder.node('MatMul', [gradient, swapLast(builder, b)]), a);
  const byB = () =>
    rankB === 2
      ? weightGradient(builder, a, gradient)
      : sumTo(builder, builder.node('MatMul', [swapLast(builder, a), gradient]), b);
  return [context.needs(0) ? byA() : undefined, context.needs(1) ? byB() : undefined];
};

/**
 * A weight shared by all leading dimensions: one product of two matrices instead of a batch of
 * products and a sum.
 */
function weightGradient(builder: GraphBuilder, a: string, gradient: string): string {
  const flat = (value: string) => {
    const last = builder.dims(value).at(-1);
    if (typeof last === 'number') return builder.node('Reshape', [value, builder.int([-1, last])]);
    const size = builder.node('Shape', [value], { start: -1 });
    return builder.node('Reshape', [value, builder.node('Concat', [builder.int([-1]), size], { axis: 0 })]);
  };
  return builder.node('Gemm', [flat(a), flat(gradient)], { transA: 1 });
}

/** Vectors are made matrices, differentiated as such, and the dimension is taken away again. */
function vectorMatmul(
  context: GradientContext,
  gradient: string,
  a: string,
  b: string,
): (string | undefined)[] {
  const { builder } = context;
  const isVector = (value: string) => builder.dims(value).length === 1;
  const left = isVector(a) ? builder.node('Unsqueeze', [a, builder.int([0])]) : a;
  const right = isVector(b) ? builder.node('Unsqueeze', [b, builder.int([1])]) : b;
  let full = gradient;
  if (isVector(b)) full = builder.node('Unsqueeze', [full, builder.int([-1])]);
  if (isVector(a)) full = builder.node('Unsqueeze', [full, builder.int([-2])]);
  const squeezed = (value: string, target: string, axis: number) =>
    isVector(target) ? builder.node('Squeeze', [value, builder.int([axis])]) : value;
  const byA = () => {
    const product = builder.node('MatMul', [full, swapLast(builder, right)]);
    return squeezed(sumTo(builder, product, left), a, 0);
  };
  const byB = () => {
    const product = builder.node('MatMul', [swapLast(builder, left), full]);
    return squeezed(sumTo(builder, product, right), b, 1);
  };
  return [context.needs(0) ? byA() : undefined, context.needs(1) ? byB() : undefined];
}

function swapLast(builder: GraphBuilder, value: string): string {
  const dims: readonly Dim[] = builder.dims(value);
  const perm = dims.map((_, axis) => axis);
  [perm[dims.length - 2], perm[dims.length - 1]] = [dims.length - 1, dims.length - 2];
  return builder.node('Transpose', [value], { perm });
}

export const matrixGradients: Readonly<Record<string, GradientRule>> = { Gemm: gemm, MatMul: matmul };
