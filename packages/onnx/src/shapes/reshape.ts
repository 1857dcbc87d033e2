import { DriftloopError } from '@driftloop/errors';
import { intAttribute, intsAttribute } from '../attribute.ts';
import type { Dim, TensorInfo } from '../tensor-info.ts';
import { broadcast, normalizeAxis, product, quotient } from './dims.ts';
import { knownIntegers, type ShapeRule, tensorInfo } from './rule.ts';

const shape: ShapeRule = ({ node, inputs: [input] }) => {
  if (!input?.dims) return [tensorInfo('int64', undefined)];
  const rank = input.dims.length;
  const clamp = (axis: number) => Math.min(Math.max(axis < 0 ? axis + rank : axis, 0), rank);
  const start = clamp(intAttribute(node, 'start', 0));
  const value = input.dims.slice(start, Math.max(start, clamp(intAttribute(node, 'end', rank))));
  return [tensorInfo('int64', [value.length], value)];
};

const size: ShapeRule = ({ inputs: [input], fresh }) => [
  tensorInfo('int64', [], input?.dims && [product(input.dims, fresh)]),
];

/**
 * 0 copies a dimension, -1 takes what is left. Without a known target only its length, the rank,
 * may be known.
 */
const reshape: ShapeRule = ({ node, inputs: [input, target], fresh }) => {
  if (!input) return [undefined];
  const length = target?.dims?.[0];
  if (!target?.value) {
    return [tensorInfo(input.type, typeof length === 'number' ? Array.from({ length }, fresh) : undefined)];
  }
  const allowZero = intAttribute(node, 'allowzero', 0) === 1;
  const dims = target.value.map((dim, axis) =>
    dim === 0 && !allowZero ? (input.dims?.[axis] ?? fresh()) : dim,
  );
  const free = dims.indexOf(-1);
  if (free >= 0) {
    const others = dims.filter((_, axis) => axis !== free);
    dims[free] = input.dims ? quotient(input.dims, others, fresh) : fresh();
  }
  checkSize(input, dims);
  return [tensorInfo(input.type, dims, dims.length <= 1 ? input.value : undefined)];
};

function checkSize(input: TensorInfo, dims: readonly Dim[]): void {
  const before = input.dims;
  if (!before || [...before, ...dims].some((dim) => typeof dim === 'string')) return;
  const count = (list: readonly Dim[]) => list.reduce<number>((total, dim) => total * Number(dim), 1);
  if (count(before) !== count(dims)) {
    throw new DriftloopError('GRAPH_INVALID', `[${before}] cannot be reshaped to [${dims}]`);
  }
}

const flatten: ShapeRule = ({ node, inputs: [input], fresh }) => {
  if (!input?.dims) return [input];
  const given = intAttribute(node, 'axis', 1);
  const axis = given < 0 ? given + input.dims.length : given;
  return [
    tensorInfo(input.type, [
      product(input.dims.slice(0, axis), fresh),
      product(input.dims.slice(axis), fresh),
    ]),
  ];
};

const squeeze: ShapeRule = ({ node, inputs: [input, axesInput] }) => {
  if (!input?.dims) return [input];
  const rank = input.dims.length;
  const given = intsAttribute(node, 'axes') ?? knownIntegers(axesInput);
  if (!given && (node.input[1] ?? '') !== '') return [tensorInfo(input.type, undefined)];
  const axes = given?.map((axis) => normalizeAxis(axis, rank));
  const dims = input.dims.filter((dim, axis) => (axes ? !axes.includes(axis) : dim !== 1));
  return [tensorInfo(input.type, dims, input.value)];
};

const unsqueeze: ShapeRule = ({ node, inputs: [input, axesInput] }) => {
  const given = intsAttribute(node, 'axes') ?? knownIntegers(axesInput);
  if (!input?.dims || !given) return [input && tensorInfo(input.type, undefined)];
  const rank = input.dims.length + given.length;
  const axes = given.map((axis) => normalizeAxis(axis, rank));
  const rest = [...input.dims];
  const dims = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
  return [tensorInfo(input.type, dims, rank <= 1 ? input.value : undefined)];
};

const transpose: ShapeRule = ({ node, inputs: [input] }) => {
  if (!input?.dims) return [input];
  const dims = input.dims;
  const order = intsAttribute(node, 'perm') ?? dims.map((_, axis) => dims.length - 1 - axis);
  return [
    tensorInfo(
      input.type,
      order.map((axis) => dims[axis] ?? 1),
    ),
  ];
};

const expand: ShapeRule = ({ inputs: [input, target], fresh }) => {
  if (!input) return [undefined];
  const length = target?.dims?.[0];
  if (input.dims && target?.value)
    return [tensorInfo(input.type, broadcast(input.dims, target.value, fresh))];
  const rank = typeof length === 'number' && input.dims ? Math.max(length, input.dims.length) : undefined;
  return [tensorInfo(input.type, rank === undefined ? undefined : Array.from({ length: rank }, fresh))];
};

const tile: ShapeRule = ({ inputs: [input, repeats], fresh }) => {
  const counts = knownIntegers(repeats);
  const dims = input?.dims?.map((dim, axis): Dim => {
    const count = counts?.[axis];
    return count === 1 ? dim : typeof dim === 'number' && count !== undefined ? dim * count : fresh();
  });
  return [input && tensorInfo(input.type, dims)];
};

/**
 * Operators that change a tensor's shape and not its elements, and those that make or read shapes.
 */
export const reshapeShapes: Readonly<Record<string, ShapeRule>> = {
  Expand: expand,
  Flatten: flatten,
  Reshape: reshape,
  Shape: shape,
  Size: size,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
