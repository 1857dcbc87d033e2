import {
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  type NodeProto,
  type TensorProto,
  tensorAttribute,
  tensorDims,
  tensorToFloat32,
  tensorToIntegers,
  tensorType,
} from '@driftloop/onnx';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import { input, integers, notHere, type Operator, type OperatorContext } from './operator.ts';

/** A constant of a file. */
export function constantTensor(tf: TensorFlow, tensor: TensorProto): Tensor {
  const dims = tensorDims(tensor);
  const type = tensorType(tensor);
  if (type.startsWith('float')) return tf.tensor(tensorToFloat32(tensor), dims, 'float32');
  return tf.tensor(Int32Array.from(tensorToIntegers(tensor)), dims, type === 'bool' ? 'bool' : 'int32');
}

const constant: Operator = (context) => {
  const { tf, node } = context;
  const value = tensorAttribute(node, 'value');
  if (value) return constantTensor(tf, value);
  const floats = floatsAttribute(node, 'value_floats');
  if (floats) return tf.tensor1d(floats, 'float32');
  const ints = intsAttribute(node, 'value_ints');
  if (ints) return tf.tensor1d(ints, 'int32');
  const isInt = node.attribute.some(({ name }) => name === 'value_int');
  return isInt
    ? tf.scalar(intAttribute(node, 'value_int', 0), 'int32')
    : tf.scalar(floatAttribute(node, 'value_float', 0));
};

const reshape: Operator = (context) => {
  const x = input(context, 0);
  const copiesZeros = intAttribute(context.node, 'allowzero', 0) === 0;
  const dims = (integers(context, 1) ?? []).map((dim, axis) =>
    dim === 0 && copiesZeros ? (x.shape[axis] ?? 0) : dim,
  );
  return context.tf.reshape(x, dims);
};

const flatten: Operator = (context) => {
  const x = input(context, 0);
  const given = intAttribute(context.node, 'axis', 1);
  const axis = given < 0 ? given + x.rank : given;
  const size = (dims: number[]) => dims.reduce((product, dim) => product * dim, 1);
  return context.tf.reshape(x, [size(x.shape.slice(0, axis)), size(x.shape.slice(axis))]);
};

const squeeze: Operator = (context) => {
  const x = input(context, 0);
  const axes = integers(context, 1)?.map((axis) => (axis < 0 ? axis + x.rank : axis));
  return context.tf.reshape(
    x,
    x.shape.filter((dim, axis) => (axes ? !axes.includes(axis) : dim !== 1)),
  );
};

const unsqueeze: Operator = (context) => {
  const x = input(context, 0);
  const given = integers(context, 1) ?? [];
  const rank = x.rank + given.length;
  const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
  const rest = [...x.shape];
  const dims = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
  return context.tf.reshape(x, dims);
};

const split: Operator = (context) => {
  const x = input(context, 0);
  const axis = intAttribute(context.node, 'axis', 0);
  const parts = context.node.output.length;
  const size = x.shape.at(axis) ?? 0;
  const each = Math.ceil(size / parts);
  const sizes =
    integers(context, 1) ?? Array.from({ length: parts }, (_, i) => Math.min(each, size - i * each));
  return context.tf.split(x, sizes, axis < 0 ? axis + x.rank : axis);
};

/** Positive steps only. */
const slice: Operator = (context) => {
  const x = input(context, 0);
  const starts = integers(context, 1) ?? [];
  const ends = integers(context, 2) ?? [];
  const axes = (integers(context, 3) ?? starts.map((_, i) => i)).map((axis) =>
    axis < 0 ? axis + x.rank : axis,
  );
  const steps = integers(context, 4) ?? starts.map(() => 1);
  if (steps.some((step) => step < 1)) throw notHere(context, `a slice with steps ${steps}`);
  const [begin, end, strides] = [x.shape.map(() => 0), [...x.shape], x.shape.map(() => 1)];
  axes.forEach((axis, i) => {
    const size = x.shape[axis] ?? 0;
    const within = (index: number) => Math.min(size, Math.max(0, index < 0 ? index + size : index));
    begin[axis] = within(starts[i] ?? 0);
    end[axis] = within(ends[i] ?? size);
    strides[axis] = steps[i] ?? 1;
  });
  if (strides.some((step) => step > 1)) return context.tf.stridedSlice(x, begin, end, strides);
  return context.tf.slice(
    x,
    begin,
    end.map((stop, axis) => Math.max(0, stop - (begin[axis] ?? 0))),
  );
};

const expand: Operator = (context) => {
  const x = input(context, 0);
  const target = integers(context, 1) ?? [];
  const rank = Math.max(target.length, x.rank);
  const at = (dims: readonly number[], axis: number) => dims[axis - rank + dims.length] ?? 1;
  const dims = Array.from({ length: rank }, (_, axis) => Math.max(at(x.shape, axis), at(target, axis)));
  return context.tf.broadcastTo(
    context.tf.reshape(
      x,
      dims.map((_, axis) => at(x.shape, axis)),
    ),
    dims,
  );
};

const constantOfShape: Operator = (context) => {
  const value = tensorAttribute(context.node, 'value');
  const isFloat = value === undefined || tensorType(value).startsWith('float');
  const fill =
    value === undefined ? 0 : ((isFloat ? tensorToFloat32(value)[0] : tensorToIntegers(value)[0]) ?? 0);
  return context.tf.fill(integers(context, 0) ?? [], fill, isFloat ? 'float32' : 'int32');
};

/** Zeros, or another constant, around; negative amounts take away. */
const pad: Operator = (context) => {
  const { tf, node } = context;
  const x = input(context, 0);
  if (node.attribute.some(({ name, s }) => name === 'mode' && new TextDecoder().decode(s) !== 'constant'))
    throw notHere(context, 'padding by anything but a constant');
  const amounts = integers(context, 1) ?? [];
  const axes = (integers(context, 3) ?? x.shape.map((_, axis) => axis)).map((axis) =>
    axis < 0 ? axis + x.rank : axis,
  );
  const around = x.shape.map((_, axis): [number, number] => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [amounts[i] ?? 0, amounts[i + axes.length] ?? 0];
  });
  const cropped = tf.slice(
    x,
    around.map(([low]) => Math.max(0, -low)),
    around.map(([low, high], axis) => (x.shape[axis] ?? 0) + Math.min(0, low) + Math.min(0, high)),
  );
  const added = around.map(([low, high]): [number, number] => [Math.max(0, low), Math.max(0, high)]);
  return tf.pad(cropped, added, context.inputs[2]?.dataSync()[0] ?? 0);
};

type Reduce = (tf: TensorFlow, x: Tensor, axes: number[], keep: boolean) => Tensor;
const reduced =
  (compute: Reduce): Operator =>
  (context) => {
    const { tf, node } = context;
    const x = input(context, 0);
    const given = integers(context, 1) ?? intsAttribute(node, 'axes') ?? [];
    if (given.length === 0 && intAttribute(node, 'noop_with_empty_axes', 0) === 1) return tf.clone(x);
    const axes = given.length > 0 ? given : x.shape.map((_, axis) => axis);
    return compute(tf, x, axes, intAttribute(node, 'keepdims', 1) === 1);
  };

const shapeOf = (context: OperatorContext): number[] => {
  const { shape } = input(context, 0);
  return shape.slice(intAttribute(context.node, 'start', 0), intAttribute(context.node, 'end', shape.length));
};

const permutation = (node: NodeProto, rank: number) =>
  intsAttribute(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);

export const shapeOperators: Readonly<Record<string, Operator>> = {
  Concat: (context) => {
    const tensors = context.inputs.map((_, i) => input(context, i));
    const axis = intAttribute(context.node, 'axis', 0);
    return context.tf.concat(tensors, axis < 0 ? axis + (tensors[0]?.rank ?? 0) : axis);
  },
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Expand: expand,
  Flatten: flatten,
  Gather: (context) =>
    context.tf.gather(
      input(context, 0),
      context.tf.cast(input(context, 1), 'int32'),
      intAttribute(context.node, 'axis', 0),
    ),
  Pad: pad,
  Range: (context) => {
    const [start = 0, limit = 0, delta = 1] = [0, 1, 2].map((i) => integers(context, i)?.[0]);
    return context.tf.range(start, limit, delta, input(context, 0).dtype === 'int32' ? 'int32' : 'float32');
  },
  ReduceMean: reduced((tf, x, axes, keep) => tf.mean(x, axes, keep)),
  ReduceSum: reduced((tf, x, axes, keep) => tf.sum(x, axes, keep)),
  Reshape: reshape,
  Shape: (context) => context.tf.tensor1d(shapeOf(context), 'int32'),
  Size: (context) => context.tf.scalar(input(context, 0).size, 'int32'),
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  Transpose: (context) => {
    const x = input(context, 0);
    return context.tf.transpose(x, permutation(context.node, x.rank));
  },
  Unsqueeze: unsqueeze,
};
