import { type Dim, float32Tensor, type GraphBuilder } from '@driftloop/onnx';

/**
 * Sums a gradient over the axes along which `target` was broadcast, so that it has the target's
 * shape. Axes are told from the inferred dims where they are certain, and computed in the graph
 * where a dim is only known when it runs.
 */
export function sumTo(builder: GraphBuilder, gradient: string, target: string): string {
  const from = builder.dims(gradient);
  const to = builder.dims(target);
  const axes = staticAxes(from, to);
  if (axes === undefined) return dynamicSumTo(builder, gradient, target, from.length - to.length);
  if (axes.length === 0) return gradient;
  if (from.length === 2 && to.length === 1 && axes.length === 1) return sumRows(builder, gradient);
  const leading = from.length - to.length;
  const onlyLeading = axes.every((axis) => axis < leading);
  const summed = builder.node('ReduceSum', [gradient, builder.int(axes)], { keepdims: onlyLeading ? 0 : 1 });
  if (onlyLeading || leading === 0) return summed;
  return builder.node('Squeeze', [summed, builder.int(Array.from({ length: leading }, (_, axis) => axis))]);
}

/**
 * [rows, n] → [n] as a product with a row of ones, which ONNX Runtime does about five times faster
 * than the sum.
 */
function sumRows(builder: GraphBuilder, value: string): string {
  const [rows = 1] = builder.dims(value);
  const ones = builder.once(`ones:${rows}`, () => {
    const shape = builder.node(
      'Concat',
      [builder.int([1]), builder.node('Shape', [value], { start: 0, end: 1 })],
      {
        axis: 0,
      },
    );
    const one = float32Tensor('one', [1], Float32Array.of(1));
    return builder.node('ConstantOfShape', [shape], { value: { tensor: one } });
  });
  return builder.node('Squeeze', [builder.node('Gemm', [ones, value]), builder.int([0])]);
}

function staticAxes(from: readonly Dim[], to: readonly Dim[]): number[] | undefined {
  const leading = from.length - to.length;
  const axes: number[] = [];
  for (const [axis, dim] of from.entries()) {
    const other = axis < leading ? undefined : to[axis - leading];
    if (other === dim) continue;
    if (other === undefined || other === 1) axes.push(axis);
    else if (typeof other === 'string') return undefined;
  }
  return axes;
}

/**
 * Sums over every axis where the target's size is 1; over axes where both are 1 that changes
 * nothing.
 */
function dynamicSumTo(builder: GraphBuilder, gradient: string, target: string, leading: number): string {
  const shape = builder.node('Shape', [target]);
  const padded =
    leading > 0
      ? builder.node('Concat', [builder.int(new Array<number>(leading).fill(1)), shape], { axis: 0 })
      : shape;
  const isOne = builder.node('Equal', [padded, builder.int(1)]);
  const axes = builder.node('Squeeze', [builder.node('NonZero', [isOne]), builder.int([0])]);
  const summed = builder.node('ReduceSum', [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  const result = builder.node('Reshape', [summed, shape]);
  return result;
}
