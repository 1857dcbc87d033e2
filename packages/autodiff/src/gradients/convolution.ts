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

/**
 * The other way round: a ConvTranspose's gradient is a Conv, and its kernel sees dy where a Conv's
 * kernel sees x.
 */
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

/** Rows of slices that go into one product; found by measuring 1 to 16 channels. */
const ROWS_PER_PRODUCT = 27;

/**
 * dW[o, c, k] = Σ over rows n and positions p of dy[n, o, p]·x[n, c, p·stride + k·dilation]. For
 * every k (a tap) the x it meets is a strided slice of the padded x, and the sum a product of
 * matrices, [out, rows·positions] × [rows·positions, in], for every group. Taps with few channels
 * share a product; all taps in one would have to be copied together, which takes longer and much
 * memory.
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
  const axes = kernel.map((_, axis) => axis + 2);
  const [outChannels = 1, inChannels = 1] = builder.dims(weight).map(Number);
  const channelsFirst = (value: string) => node('Transpose', [value], { perm: [1, 0, ...axes] });
  const flat = (value: string, channels: number) =>
    node('Reshape', [value, builder.int(group === 1 ? [channels, -1] : [group, channels / group, -1])]);
  const padded = channelsFirst(padSpatial(builder, x, geometry));
  const left = flat(channelsFirst(gradient), outChannels);
  const slices = offsets(kernel).map((offset) => {
    const starts = offset.map((k, i) => k * (dilations[i] ?? 1));
    const ends = starts.map((start, i) => start + ((output[i] ?? 1) - 1) * (strides[i] ?? 1) + 1);
    const bounds = [starts, ends, axes, [...strides]].map((list) => builder.int(list));
    return flat(node('Slice', [padded, ...bounds]), inChannels * group);
  });
  const perProduct = Math.max(1, Math.floor(ROWS_PER_PRODUCT / inChannels));
  const products: string[] = [];
  for (let first = 0; first < slices.length; first += perProduct) {
    const taps = slices.slice(first, first + perProduct);
    const right = taps.length === 1 ? (taps[0] ?? '') : node('Concat', taps, { axis: -2 });
    const product =
      group === 1
        ? node('Gemm', [left, right], { transB: 1 })
        : node('MatMul', [left, node('Transpose', [right], { perm: [0, 2, 1] })]);
    products.push(node('Reshape', [product, builder.int([outChannels, taps.length, inChannels])]));
  }
  const stacked = products.length === 1 ? (products[0] ?? '') : node('Concat', products, { axis: 1 });
  const turned = node('Transpose', [stacked], { perm: [0, 2, 1] });
  return node('Reshape', [turned, builder.int([outChannels, inChannels, ...kernel])]);
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
