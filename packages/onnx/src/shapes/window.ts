import { DriftloopError } from '@driftloop/errors';
import { intAttribute, intsAttribute, stringAttribute } from '../attribute.ts';
import type { NodeProto } from '../generated/onnx_pb.js';
import type { Dim, TensorInfo } from '../tensor-info.ts';
import { type ShapeRule, tensorInfo } from './rule.ts';

/** A window's geometry over the spatial axes, with auto_pad resolved into begin and end. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padsBegin: readonly number[];
  readonly padsEnd: readonly number[];
}

/**
 * Reads kernel, strides, dilations and pads of a Conv or pool whose spatial input sizes are known
 * numbers where auto_pad needs them.
 */
export function windowOf(node: NodeProto, spatial: readonly Dim[], kernel: readonly number[]): Window {
  const rank = kernel.length;
  const ones = new Array<number>(rank).fill(1);
  const strides = intsAttribute(node, 'strides') ?? ones;
  const dilations = intsAttribute(node, 'dilations') ?? ones;
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  if (autoPad === 'NOTSET' || autoPad === 'VALID') {
    const pads =
      (autoPad === 'NOTSET' ? intsAttribute(node, 'pads') : undefined) ?? new Array<number>(2 * rank).fill(0);
    return { kernel, strides, dilations, padsBegin: pads.slice(0, rank), padsEnd: pads.slice(rank) };
  }
  const totals = kernel.map((size, i) => {
    const input = spatial[i];
    if (typeof input !== 'number') {
      throw new DriftloopError(
        'GRAPH_INVALID',
        `auto_pad ${autoPad} needs spatial sizes that are known, not ${input}`,
      );
    }
    const stride = strides[i] ?? 1;
    return Math.max(
      0,
      (Math.ceil(input / stride) - 1) * stride + (size - 1) * (dilations[i] ?? 1) + 1 - input,
    );
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  return autoPad === 'SAME_UPPER'
    ? { kernel, strides, dilations, padsBegin: small, padsEnd: large }
    : { kernel, strides, dilations, padsBegin: large, padsEnd: small };
}

function outputSize(
  input: Dim | undefined,
  window: Window,
  axis: number,
  ceil: boolean,
  fresh: () => string,
): Dim {
  if (typeof input !== 'number') return fresh();
  const reach = ((window.kernel[axis] ?? 1) - 1) * (window.dilations[axis] ?? 1) + 1;
  const begin = window.padsBegin[axis] ?? 0;
  const stride = window.strides[axis] ?? 1;
  const steps = (input + begin + (window.padsEnd[axis] ?? 0) - reach) / stride;
  if (!ceil) return Math.floor(steps) + 1;
  const rounded = Math.ceil(steps) + 1;
  // A window that would start in the end padding is dropped, as ONNX Runtime and PyTorch do.
  return (rounded - 1) * stride >= input + begin ? rounded - 1 : rounded;
}

/** Spatial kernel sizes of a Conv's weight [out, in/group, ...kernel]. */
function kernelOf(weight: TensorInfo | undefined): number[] | undefined {
  const kernel = weight?.dims?.slice(2);
  return kernel?.every((size): size is number => typeof size === 'number') ? kernel : undefined;
}

const conv: ShapeRule = ({ node, inputs: [input, weight], fresh }) => {
  const kernel = intsAttribute(node, 'kernel_shape') ?? kernelOf(weight);
  if (!input?.dims || !kernel) return [input && tensorInfo(input.type, undefined)];
  const spatial = input.dims.slice(2);
  const window = windowOf(node, spatial, kernel);
  const sizes = spatial.map((size, axis) => outputSize(size, window, axis, false, fresh));
  return [tensorInfo(input.type, [input.dims[0] ?? 1, weight?.dims?.[0] ?? fresh(), ...sizes])];
};

const convTranspose: ShapeRule = ({ node, inputs: [input, weight], fresh }) => {
  const kernel = intsAttribute(node, 'kernel_shape') ?? kernelOf(weight);
  if (!input?.dims || !kernel) return [input && tensorInfo(input.type, undefined)];
  const channels = weight?.dims?.[1];
  const group = intAttribute(node, 'group', 1);
  const given = intsAttribute(node, 'output_shape');
  const padding = intsAttribute(node, 'output_padding') ?? kernel.map(() => 0);
  const strides = intsAttribute(node, 'strides') ?? kernel.map(() => 1);
  const dilations = intsAttribute(node, 'dilations') ?? kernel.map(() => 1);
  const pads = intsAttribute(node, 'pads') ?? new Array<number>(2 * kernel.length).fill(0);
  const sizes = input.dims.slice(2).map((size, i): Dim => {
    if (given) return given.at(i - kernel.length) ?? fresh();
    if (typeof size !== 'number') return fresh();
    const total = (pads[i] ?? 0) + (pads[i + kernel.length] ?? 0);
    const reach = ((kernel[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1;
    return (strides[i] ?? 1) * (size - 1) + (padding[i] ?? 0) + reach - total;
  });
  return [
    tensorInfo(input.type, [
      input.dims[0] ?? 1,
      typeof channels === 'number' ? channels * group : fresh(),
      ...sizes,
    ]),
  ];
};

const pool: ShapeRule = ({ node, inputs: [input], fresh }) => {
  const kernel = intsAttribute(node, 'kernel_shape');
  if (!input?.dims || !kernel) return [input && tensorInfo(input.type, undefined)];
  const spatial = input.dims.slice(2);
  const window = windowOf(node, spatial, kernel);
  const ceil = intAttribute(node, 'ceil_mode', 0) === 1;
  const sizes = spatial.map((size, axis) => outputSize(size, window, axis, ceil, fresh));
  const dims = [...input.dims.slice(0, 2), ...sizes];
  return [tensorInfo(input.type, dims), tensorInfo('int64', dims)];
};

const globalPool: ShapeRule = ({ inputs: [input] }) => [
  input &&
    tensorInfo(
      input.type,
      input.dims?.map((dim, axis) => (axis < 2 ? dim : 1)),
    ),
];

const batchNormalization: ShapeRule = ({ inputs: [input, , , mean, variance] }) => [
  input && tensorInfo(input.type, input.dims),
  mean && tensorInfo(mean.type, mean.dims),
  variance && tensorInfo(variance.type, variance.dims),
];

const layerNormalization: ShapeRule = ({ node, inputs: [input] }) => {
  if (!input) return [undefined];
  const axis = intAttribute(node, 'axis', -1);
  const first = input.dims && (axis < 0 ? axis + input.dims.length : axis);
  const statistics = tensorInfo(
    'float32',
    input.dims?.map((dim, i) => (i >= (first ?? 0) ? 1 : dim)),
  );
  return [tensorInfo(input.type, input.dims), statistics, statistics];
};

/** Known when the sizes are; scales are left unknown. */
const resize: ShapeRule = ({ inputs: [input, , , sizes], fresh }) => [
  input && tensorInfo(input.type, sizes?.value ?? input.dims?.map(fresh)),
];

/** Convolutions, pools and normalisations. */
export const windowShapes: Readonly<Record<string, ShapeRule>> = {
  AveragePool: pool,
  BatchNormalization: batchNormalization,
  Conv: conv,
  ConvTranspose: convTranspose,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  LayerNormalization: layerNormalization,
  MaxPool: pool,
  Resize: resize,
};
