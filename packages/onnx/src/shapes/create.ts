import {
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  tensorAttribute,
} from '../attribute.ts';
import type { TensorProto } from '../generated/onnx_pb.js';
import { tensorDims, tensorToIntegers, tensorType } from '../tensor.ts';
import type { TensorInfo } from '../tensor-info.ts';
import { normalizeAxis } from './dims.ts';
import { knownIntegers, type ShapeRule, tensorInfo } from './rule.ts';

/** Longer integer tensors are data, not shapes. */
const LONGEST_SHAPE = 64;

/** What is known of a constant tensor: all of it when it is a short list of integers. */
export function constantInfo(tensor: TensorProto): TensorInfo {
  const dims = tensorDims(tensor);
  const type = tensorType(tensor);
  const isShape =
    (type === 'int64' || type === 'int32') && dims.length <= 1 && (dims[0] ?? 1) <= LONGEST_SHAPE;
  return tensorInfo(type, dims, isShape ? tensorToIntegers(tensor) : undefined);
}

const constant: ShapeRule = ({ node }) => {
  const tensor = tensorAttribute(node, 'value');
  if (tensor) return [constantInfo(tensor)];
  const has = (name: string) => node.attribute.some((attribute) => attribute.name === name);
  if (has('value_int')) return [tensorInfo('int64', [], [intAttribute(node, 'value_int', 0)])];
  if (has('value_float') && Number.isFinite(floatAttribute(node, 'value_float', 0)))
    return [tensorInfo('float32', [])];
  const floats = floatsAttribute(node, 'value_floats');
  if (floats) return [tensorInfo('float32', [floats.length])];
  const ints = intsAttribute(node, 'value_ints');
  return [ints && tensorInfo('int64', [ints.length], ints)];
};

const constantOfShape: ShapeRule = ({ node, inputs: [target], fresh }) => {
  const value = tensorAttribute(node, 'value');
  const length = target?.dims?.[0];
  const dims = target?.value ?? (typeof length === 'number' ? Array.from({ length }, fresh) : undefined);
  const [element] = value && tensorType(value) === 'int64' ? tensorToIntegers(value) : [];
  const [count, ...more] = dims ?? [];
  const small =
    element !== undefined && typeof count === 'number' && more.length === 0 && count <= LONGEST_SHAPE;
  const list = small ? new Array<number>(count).fill(element) : undefined;
  return [tensorInfo(value ? tensorType(value) : 'float32', dims, list)];
};

const oneHot: ShapeRule = ({ node, inputs: [indices, depth, values], fresh }) => {
  if (!indices?.dims || !values) return [values && tensorInfo(values.type, undefined)];
  const axis = normalizeAxis(intAttribute(node, 'axis', -1), indices.dims.length + 1);
  const size = knownIntegers(depth)?.[0] ?? fresh();
  return [tensorInfo(values.type, [...indices.dims.slice(0, axis), size, ...indices.dims.slice(axis)])];
};

const range: ShapeRule = ({ inputs: [start, limit, delta], fresh }) => {
  const [from, to, by] = [knownIntegers(start)?.[0], knownIntegers(limit)?.[0], knownIntegers(delta)?.[0]];
  const length =
    from !== undefined && to !== undefined && by ? Math.max(0, Math.ceil((to - from) / by)) : fresh();
  return [start && tensorInfo(start.type, [length])];
};

const nonZero: ShapeRule = ({ inputs: [input], fresh }) => [
  tensorInfo('int64', input?.dims && [input.dims.length, fresh()]),
];

const randomLike: ShapeRule = ({ inputs: [input] }) => [input && tensorInfo('float32', input.dims)];

/** Operators that make tensors from constants, sizes or conditions. */
export const createShapes: Readonly<Record<string, ShapeRule>> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  NonZero: nonZero,
  OneHot: oneHot,
  RandomNormalLike: randomLike,
  RandomUniformLike: randomLike,
  Range: range,
};
