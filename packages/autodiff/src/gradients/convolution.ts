import { type GraphBuilder, intAttribute, nodeLabel } from '@driftloop/onnx';
import { type GradientRule, inputOf } from './rule.ts';
import { type Geometry, geometryOf, spatialDims, transposedAttributes } from './window.ts';

/** Sum over everything but the channels (axis 1): the gradient of a bias. */
function biasGradient(builder: GraphBuilder, gradient: string): string {
  const axes = builder.dims(gradient).map((_, axis) => axis);
  return builder.node('ReduceSum', [gradient, builder.int(axes.filter((axis) => axis !== 1))], {
    keepdims: 0,
  });
}

const conv: GradientRule = (context) => {
  const { builder, node, gradients, needs } = context;
  const [gradient] = gradients;
  if (gradient === undefined) return [];
  const [x, weight] = [inputOf(node, 0), inputOf(node, 1)];
  const geometry = geometryOf(context, spatialDims(builder.dims(weight), nodeLabel(node)));
  const group = intAttribute(node, 'group', 1);
  const byX = () =>
    builder.node('ConvTranspose', [gradient, weight], { ...transposedAttributes(geometry), group });
  return [
    needs(0) ? byX() : undefined,
    needs(1) ? kernelGradient(builder, x, gradient, weight, geometry, group) : undefined,
    needs(2) ? biasGradient(builder, gradient) : undefined,
  ];
};

/** The other way round: a ConvTranspose's gradient is a Conv, and its kernel sees dy where a Conv's kernel sees x. */
const convTranspose: GradientRule = (context) => {
  const { builder, node, gradients, needs } = context;
  const [gradient] = gradients;
  if (gradient === undefined) return [];
  const [x, weight] = [inputOf(node, 0), inputOf(node, 1)];
  const where = nodeLabel(node);
  const turned = geometryOf(context, spatialDims(builder.dims(weight), where));
  const geometry: Geometry = { ...turned, input: turned.output, output: turned.input };
  const group = intAttribute(node, 'group', 1);
  const byX = () =>
    builder.node('Conv', [gradient, weight], {
      strides: [...geometry.strides],
      dilations: [...geometry.dilations],
      pads: [...geometry.padsBegin, ...geometry.padsEnd],
      group,
    });
  return [
    needs(0) ? byX() : undefined,
    needs(1) ? kernelGradient(builder, gradient, x, weight, geometry, group) : undefined,
    needs(2) ? biasGradient(builder, gradient) : undefined,
  ];
};

/**
 * dW[o, c, k] = Σ over rows n and positions p of dy[n, o, p]·x[n, c, p·stride + k·dilation]. For every k the x it meets is a strided slice of the padded x;
 * put together they make one product of matrices per group: [out, rows·positions] × [rows·positions, kernel·in].
 */
function kernelGradient(
  builder: GraphBuilder,
  x: string,
  gradient: string,
  weight: string,
  geometry: Geometry,
  group: number,
): string {
  const node = builder.node.bind(builder);
  const { kernel, strides, dilations, output } = geometry;
  const spatial = kernel.length;
  const axes = Array.from({ length: spatial }, (_, i) => i + 2);
  const swapped = [1, 0, ...axes];
  const padded = node('Transpose', [padSpatial(builder, x, geometry)], { perm: swapped });
  const columns = offsets(kernel).map((offset) => {
    const starts = offset.map((k, i) => k * (dilations[i] ?? 1));
    const ends = starts.map((start, i) => start + ((output[i] ?? 1) - 1) * (strides[i] ?? 1) + 1);
    const slice = node('Slice', [
      padded,
      builder.int(starts),
      builder.int(ends),
      builder.int(axes),
      builder.int([...strides]),
    ]);
    return slice;
  });
  const [outChannels, inChannels] = builder.dims(weight);
  const taps = columns.length;
  // [taps, group, in/group, rows·positions] and [group, out/group, rows·positions]
  const stacked = node('Concat', columns, { axis: 0 });
  const left = node('Reshape', [
    node('Transpose', [gradient], { perm: swapped }),
    builder.int(group === 1 ? [Number(outChannels), -1] : [group, Number(outChannels) / group, -1]),
  ]);
  if (group === 1) {
    const right = node('Reshape', [stacked, builder.int([taps * Number(inChannels), -1])]);
    const product = node('Gemm', [left, right], { transB: 1 });
    const separated = node('Reshape', [
      product,
      builder.int([Number(outChannels), taps, Number(inChannels)]),
    ]);
    return toKernel(builder, separated, weight);
  }
  const perTap = node('Reshape', [stacked, builder.int([taps, group, Number(inChannels), -1])]);
  const perGroup = node('Transpose', [perTap], { perm: [1, 3, 0, 2] });
  const right = node('Reshape', [perGroup, builder.int([group, -1, taps * Number(inChannels)])]);
  const product = node('MatMul', [left, right]);
  const separated = node('Reshape', [product, builder.int([Number(outChannels), taps, Number(inChannels)])]);
  return toKernel(builder, separated, weight);
}

/** [out, taps, in] → the weight's shape [out, in, ...kernel]. */
function toKernel(builder: GraphBuilder, value: string, weight: string): string {
  const turned = builder.node('Transpose', [value], { perm: [0, 2, 1] });
  return builder.node('Reshape', [turned, builder.int(builder.dims(weight).map(Number))]);
}

/** Pads the spatial axes so that every window lies inside. */
function padSpatial(builder: GraphBuilder, x: string, geometry: Geometry): string {
  const { padsBegin, padsEnd } = geometry;
  if ([...padsBegin, ...padsEnd].every((amount) => amount === 0)) return x;
  return builder.node('Pad', [x, builder.int([0, 0, ...padsBegin, 0, 0, ...padsEnd])]);
}

/** All positions within a kernel, last axis fastest. */
function offsets(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (list, size) => list.flatMap((prefix) => Array.from({ length: size }, (_, i) => [...prefix, i])),
    [[]],
  );
}

export const convolutionGradients: Readonly<Record<string, GradientRule>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
};
