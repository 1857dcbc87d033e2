import { DriftloopError } from '@driftloop/errors';
import { float32Tensor, intAttribute, intsAttribute } from '@driftloop/onnx';
import { type GradientContext, type GradientRule, inputOf, outputOf, unaryRule } from './rule.ts';
import { type Geometry, geometryOf, hasDisjointWindows, reachOf, transposedAttributes } from './window.ts';

/** Every dy goes to the element that was the largest. */
const maxPool = unaryRule((context, gradient) => {
  const { builder, node } = context;
  return hasDisjointWindows(node, builder.dims(inputOf(node, 0)))
    ? disjointMaxPool(context, gradient)
    : indexedMaxPool(context, gradient);
});

/**
 * Windows side by side: an element gets its window's dy when it equals the window's maximum, and
 * equal ones share it. Five times faster than the indices of the maxima, which ONNX Runtime
 * computes slowly and not on every device.
 */
function disjointMaxPool({ builder, node }: GradientContext, gradient: string): string {
  const [input, output] = [inputOf(node, 0), outputOf(node)];
  const kernel = intsAttribute(node, 'kernel_shape') ?? [];
  const spread = (value: string) => {
    const attributes = {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    };
    return builder.node('Resize', [value, '', '', builder.node('Shape', [input])], attributes);
  };
  const isLargest = builder.node('Cast', [builder.node('Equal', [input, spread(output)])], { to: 1 });
  const attributes = { kernel_shape: kernel, strides: kernel };
  const size = kernel.reduce((count, extent) => count * extent, 1);
  const share = builder.node('AveragePool', [isLargest], attributes);
  const perElement = builder.node('Div', [builder.node('Mul', [gradient, builder.float(1 / size)]), share]);
  return builder.node('Mul', [isLargest, spread(perElement)]);
}

/** The node's second output says which element was the largest, counted over the whole input. */
function indexedMaxPool({ builder, node }: GradientContext, gradient: string): string {
  const indices = outputOf(node, 1);
  if (indices === '') throw new DriftloopError('GRAPH_INVALID', `MaxPool ${node.name} has no indices output`);
  const input = inputOf(node, 0);
  const flat = (value: string) => builder.node('Reshape', [value, builder.int([-1])]);
  const size = builder.node('Size', [input]);
  const zeros = builder.node('ConstantOfShape', [builder.node('Unsqueeze', [size, builder.int([0])])]);
  const scattered = builder.node('ScatterElements', [zeros, flat(indices), flat(gradient)], {
    axis: 0,
    reduction: 'add',
  });
  return builder.node('Reshape', [scattered, builder.node('Shape', [input])]);
}

/**
 * Every dy, divided by the elements that were averaged, is spread over its window: a ConvTranspose
 * by ones, channel by channel.
 */
const averagePool = unaryRule((context, gradient) => {
  const { builder, node } = context;
  const channels = builder.dims(inputOf(node, 0))[1];
  if (typeof channels !== 'number') {
    throw new DriftloopError(
      'GRAPH_INVALID',
      `the channels of AveragePool ${node.name} must be known to differentiate it`,
    );
  }
  const geometry = geometryOf(context);
  const shares = windowShares(geometry, intAttribute(node, 'count_include_pad', 0) === 1);
  const equal = shares.every((share) => share === shares[0]);
  const factor = equal
    ? builder.float(shares[0] ?? 1)
    : builder.initializer(
        float32Tensor(builder.unique('shares'), [1, 1, ...geometry.output], Float32Array.from(shares)),
      );
  const taps = channels * geometry.kernel.reduce((count, size) => count * size, 1);
  const ones = builder.initializer(
    float32Tensor(builder.unique('ones'), [channels, 1, ...geometry.kernel], new Float32Array(taps).fill(1)),
  );
  const scaled = builder.node('Mul', [gradient, factor]);
  return builder.node('ConvTranspose', [scaled, ones], {
    ...transposedAttributes(geometry),
    group: channels,
  });
});

/**
 * 1 / elements averaged by each window, over all output positions. Padding counts only when asked;
 * what lies beyond it never does.
 */
function windowShares(geometry: Geometry, countPadding: boolean): number[] {
  const perAxis = geometry.output.map((size, axis) =>
    Array.from({ length: size }, (_, position) => elementsInside(geometry, axis, position, countPadding)),
  );
  const counts = perAxis.reduce<number[]>(
    (list, axisCounts) => list.flatMap((count) => axisCounts.map((inside) => count * inside)),
    [1],
  );
  return counts.map((count) => 1 / count);
}

function elementsInside(geometry: Geometry, axis: number, position: number, countPadding: boolean): number {
  const begin = geometry.padsBegin[axis] ?? 0;
  const size = geometry.input[axis] ?? 1;
  const dilation = geometry.dilations[axis] ?? 1;
  const start = position * (geometry.strides[axis] ?? 1) - begin;
  const [low, high] = countPadding ? [-begin, size + (geometry.padsEnd[axis] ?? 0)] : [0, size];
  let inside = 0;
  for (let at = start; at < start + reachOf(geometry, axis); at += dilation)
    if (at >= low && at < high) inside++;
  return inside;
}

const globalAveragePool = unaryRule(({ builder, node }, gradient) => {
  const input = inputOf(node, 0);
  const count = (value: string) => builder.node('Cast', [builder.node('Size', [value])], { to: 1 });
  const share = builder.node('Div', [count(gradient), count(input)]);
  return builder.node('Expand', [builder.node('Mul', [gradient, share]), builder.node('Shape', [input])]);
});

export const poolingGradients: Readonly<Record<string, GradientRule>> = {
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  MaxPool: maxPool,
};
