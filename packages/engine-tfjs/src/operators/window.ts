import { intAttribute, intsAttribute, stringAttribute } from '@driftloop/onnx';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import { input, integers, notHere, type Operator, type OperatorContext } from './operator.ts';

/** TensorFlow.js wants channels last on the CPU and in WebAssembly, ONNX has them first. */
const channelsLast = (tf: TensorFlow, x: Tensor): Tensor4D => turned(tf, x, [0, 2, 3, 1]);
const channelsFirst = (tf: TensorFlow, x: Tensor): Tensor => tf.transpose(x, [0, 3, 1, 2]);

/** An image or a kernel with its four dimensions in another order. */
function turned(tf: TensorFlow, x: Tensor, order: number[]): Tensor4D {
  const [a = 1, b = 1, c = 1, d = 1] = order.map((axis) => x.shape[axis]);
  return tf.reshape(tf.transpose(x, order), [a, b, c, d]);
}

interface Window {
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  /** Top, left, bottom, right. */
  readonly pads: [number, number, number, number];
}

function windowOf(context: OperatorContext, kernelDims: readonly number[]): Window {
  const { node } = context;
  if (input(context, 0).rank !== 4 || kernelDims.length !== 2)
    throw notHere(context, 'anything but two spatial dimensions');
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  if (auto !== 'NOTSET' && auto !== 'VALID') throw notHere(context, `auto_pad ${auto}`);
  if (intAttribute(node, 'ceil_mode', 0) === 1) throw notHere(context, 'ceil_mode');
  const pair = (name: string): [number, number] => {
    const [first = 1, second = 1] = intsAttribute(node, name) ?? [];
    return [first, second];
  };
  const [top = 0, left = 0, bottom = 0, right = 0] = intsAttribute(node, 'pads') ?? [];
  const [height = 1, width = 1] = kernelDims;
  return {
    kernel: [height, width],
    strides: pair('strides'),
    dilations: pair('dilations'),
    pads: [top, left, bottom, right],
  };
}

function padded(
  tf: TensorFlow,
  x: Tensor4D,
  [top, left, bottom, right]: Window['pads'],
  value: number,
): Tensor4D {
  if (top + left + bottom + right === 0) return x;
  return tf.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

/** Runs a computation group by group and joins the channels (axis 1). */
function byGroup(
  tf: TensorFlow,
  group: number,
  x: Tensor,
  w: Tensor,
  compute: (x: Tensor, w: Tensor) => Tensor,
): Tensor {
  if (group === 1) return compute(x, w);
  const kernels = tf.split(w, group, 0);
  const parts = tf.split(x, group, 1).map((part, i) => compute(part, kernels[i] ?? w));
  return tf.concat(parts, 1);
}

function withBias({ tf, inputs }: OperatorContext, y: Tensor): Tensor {
  const bias = inputs[2];
  return bias === undefined ? y : tf.add(y, tf.reshape(bias, [1, -1, 1, 1]));
}

const conv: Operator = (context) => {
  const { tf, node } = context;
  const [x, w] = [input(context, 0), input(context, 1)];
  const { strides, dilations, pads } = windowOf(context, w.shape.slice(2));
  const convolved = byGroup(tf, intAttribute(node, 'group', 1), x, w, (part, kernel) => {
    const filter = turned(tf, kernel, [2, 3, 1, 0]);
    const y = tf.conv2d(
      padded(tf, channelsLast(tf, part), pads, 0),
      filter,
      strides,
      'valid',
      'NHWC',
      dilations,
    );
    return channelsFirst(tf, y);
  });
  return withBias(context, convolved);
};

const convTranspose: Operator = (context) => {
  const { tf, node } = context;
  const [x, w] = [input(context, 0), input(context, 1)];
  const { kernel, strides, dilations, pads } = windowOf(context, w.shape.slice(2));
  if (dilations.some((dilation) => dilation > 1)) throw notHere(context, 'a dilated transposed convolution');
  const [top, left, bottom, right] = pads;
  const [more = 0, wider = 0] = intsAttribute(node, 'output_padding') ?? [];
  const [rows = 1, , height = 1, width = 1] = x.shape;
  const full: [number, number] = [
    (height - 1) * strides[0] + kernel[0] + more,
    (width - 1) * strides[1] + kernel[1] + wider,
  ];
  const convolved = byGroup(tf, intAttribute(node, 'group', 1), x, w, (part, own) => {
    const filter = turned(tf, own, [2, 3, 1, 0]);
    const channels = filter.shape[2];
    const y = tf.conv2dTranspose(channelsLast(tf, part), filter, [rows, ...full, channels], strides, 'valid');
    const kept = tf.slice(
      y,
      [0, top, left, 0],
      [rows, full[0] - top - bottom, full[1] - left - right, channels],
    );
    return channelsFirst(tf, kept);
  });
  return withBias(context, convolved);
};

const maxPool: Operator = (context) => {
  const { tf, node } = context;
  const { kernel, strides, dilations, pads } = windowOf(context, intsAttribute(node, 'kernel_shape') ?? []);
  if (dilations.some((dilation) => dilation > 1)) throw notHere(context, 'a dilated pool');
  if (node.output.length > 1 && node.output[1] !== '') throw notHere(context, 'the indices of the maxima');
  const x = padded(tf, channelsLast(tf, input(context, 0)), pads, -3.4e38);
  return channelsFirst(tf, tf.maxPool(x, kernel, strides, 'valid'));
};

const averagePool: Operator = (context) => {
  const { tf, node } = context;
  const { kernel, strides, pads } = windowOf(context, intsAttribute(node, 'kernel_shape') ?? []);
  const isPadded = pads.some((amount) => amount > 0);
  if (isPadded && intAttribute(node, 'count_include_pad', 0) === 0)
    throw notHere(context, 'padding that does not count');
  const x = padded(tf, channelsLast(tf, input(context, 0)), pads, 0);
  return channelsFirst(tf, tf.avgPool(x, kernel, strides, 'valid'));
};

/**
 * To the given sizes by the nearest element to the left and above, as the gradient of a pool needs
 * it.
 */
const resize: Operator = (context) => {
  const { tf, node } = context;
  const sizes = integers(context, 3);
  const attribute = (name: string, fallback: string) => stringAttribute(node, name, fallback);
  const isPlain =
    attribute('mode', 'nearest') === 'nearest' &&
    attribute('coordinate_transformation_mode', 'half_pixel') === 'asymmetric' &&
    attribute('nearest_mode', 'round_prefer_floor') === 'floor';
  if (!isPlain || sizes?.length !== 4)
    throw notHere(context, 'any resizing but to sizes by the nearest element');
  const [, , height = 1, width = 1] = sizes;
  return channelsFirst(
    tf,
    tf.image.resizeNearestNeighbor(channelsLast(tf, input(context, 0)), [height, width]),
  );
};

export const windowOperators: Readonly<Record<string, Operator>> = {
  AveragePool: averagePool,
  Conv: conv,
  ConvTranspose: convTranspose,
  GlobalAveragePool: (context) => context.tf.mean(input(context, 0), [2, 3], true),
  MaxPool: maxPool,
  Resize: resize,
};
