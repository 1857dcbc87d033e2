import { DriftloopError } from '@driftloop/errors';
import { intAttribute, intsAttribute } from '../attribute.ts';
import type { Dim, TensorInfo } from '../tensor-info.ts';
import { normalizeAxis } from './dims.ts';
import { knownIntegers, type ShapeContext, type ShapeRule, tensorInfo } from './rule.ts';

const concat: ShapeRule = ({ node, inputs, fresh }) => {
  const first = inputs[0];
  if (!first) return [undefined];
  const known = inputs.filter((input): input is TensorInfo => input?.dims !== undefined);
  if (known.length < inputs.length || !first.dims) return [tensorInfo(first.type, undefined)];
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), first.dims.length);
  const along = known.map((input) => input.dims?.[axis] ?? 1);
  const total = along.every((dim): dim is number => typeof dim === 'number')
    ? along.reduce((sum, dim) => sum + dim, 0)
    : along.length === 1
      ? (along[0] ?? 1)
      : fresh();
  // Prefer a number over a symbol on the other axes: they must be equal.
  const dims = first.dims.map((dim, i) => {
    if (i === axis) return total;
    return known.map((input) => input.dims?.[i]).find((other) => typeof other === 'number') ?? dim;
  });
  const values = known.map((input) => input.value);
  return [
    tensorInfo(first.type, dims, values.every((value) => value !== undefined) ? values.flat() : undefined),
  ];
};

/** Sizes of a Split's parts: given, or equal with a smaller last one. Undefined when not known. */
function splitSizes({ node, inputs }: Pick<ShapeContext, 'node' | 'inputs'>): number[] | undefined {
  const given = intsAttribute(node, 'split') ?? knownIntegers(inputs[1]);
  if (given) return given;
  const rank = inputs[0]?.dims?.length;
  if (rank === undefined || (node.input[1] ?? '') !== '') return undefined;
  const size = inputs[0]?.dims?.[normalizeAxis(intAttribute(node, 'axis', 0), rank)];
  if (typeof size !== 'number') return undefined;
  const parts = node.output.length;
  const each = Math.ceil(size / parts);
  return Array.from({ length: parts }, (_, i) => Math.min(each, size - i * each));
}

const split: ShapeRule = (context) => {
  const { node, fresh } = context;
  const [input] = context.inputs;
  if (!input?.dims) return node.output.map(() => input);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), input.dims.length);
  const sizes = splitSizes(context);
  return node.output.map((_, part) =>
    tensorInfo(
      input.type,
      input.dims?.map((dim, i) => (i === axis ? (sizes?.[part] ?? fresh()) : dim)),
    ),
  );
};

/** Length of a slice of a dimension of known size, by ONNX's clamping. */
function sliceLength(size: number, start: number, end: number, step: number): number {
  const clamp = (index: number, low: number, high: number) =>
    Math.min(Math.max(index < 0 ? index + size : index, low), high);
  const from = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  const to = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  return Math.max(0, Math.ceil((to - from) / step));
}

const slice: ShapeRule = ({ inputs: [input, startInput, endInput, axesInput, stepInput], node, fresh }) => {
  if (!input?.dims) return [input];
  const starts = knownIntegers(startInput);
  const ends = knownIntegers(endInput);
  if (!starts || !ends) return [tensorInfo(input.type, input.dims.map(fresh))];
  const hasAxes = (node.input[3] ?? '') !== '';
  const axes = hasAxes ? knownIntegers(axesInput) : starts.map((_, i) => i);
  if (!axes) return [tensorInfo(input.type, input.dims.map(fresh))];
  const steps = knownIntegers(stepInput) ?? starts.map(() => 1);
  const dims: Dim[] = [...input.dims];
  let value = input.value;
  axes.forEach((given, i) => {
    const axis = normalizeAxis(given, dims.length);
    const size = dims[axis] ?? 1;
    const [start, end, step] = [starts[i] ?? 0, ends[i] ?? 0, steps[i] ?? 1];
    if (typeof size === 'number') dims[axis] = sliceLength(size, start, end, step);
    else if (!(start === 0 && end >= 2 ** 31 - 1 && step === 1)) dims[axis] = fresh();
    if (value)
      value = step === 1 ? value.slice(start, end < 0 ? end : Math.min(end, value.length)) : undefined;
  });
  return [tensorInfo(input.type, dims, value)];
};

const gather: ShapeRule = ({ node, inputs: [data, indices] }) => {
  if (!data) return [undefined];
  if (!data.dims || !indices?.dims) return [tensorInfo(data.type, undefined)];
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), data.dims.length);
  const dims = [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)];
  const picked = knownIntegers(indices)?.map((index) => data.value?.at(index));
  const known = picked?.filter((element): element is Dim => element !== undefined);
  return [tensorInfo(data.type, dims, known && known.length === picked?.length ? known : undefined)];
};

const gatherElements: ShapeRule = ({ inputs: [data, indices] }) => [
  data && tensorInfo(data.type, indices?.dims),
];

const gatherNd: ShapeRule = ({ node, inputs: [data, indices] }) => {
  const depth = indices?.dims?.at(-1);
  if (!data?.dims || !indices?.dims || typeof depth !== 'number')
    return [data && tensorInfo(data.type, undefined)];
  const batch = intAttribute(node, 'batch_dims', 0);
  return [tensorInfo(data.type, [...indices.dims.slice(0, -1), ...data.dims.slice(batch + depth)])];
};

const pad: ShapeRule = ({ inputs: [input, pads, , axesInput], node, fresh }) => {
  if (!input?.dims) return [input];
  const amounts = intsAttribute(node, 'pads') ?? knownIntegers(pads);
  const rank = input.dims.length;
  if (!amounts) return [tensorInfo(input.type, input.dims.map(fresh))];
  const axes =
    knownIntegers(axesInput)?.map((axis) => normalizeAxis(axis, rank)) ?? input.dims.map((_, axis) => axis);
  if (amounts.length !== 2 * axes.length) {
    throw new DriftloopError('GRAPH_INVALID', `Pad has ${amounts.length} amounts for ${axes.length} axes`);
  }
  const dims = input.dims.map((dim, axis): Dim => {
    const i = axes.indexOf(axis);
    const added = i < 0 ? 0 : (amounts[i] ?? 0) + (amounts[i + axes.length] ?? 0);
    return added === 0 ? dim : typeof dim === 'number' ? dim + added : fresh();
  });
  return [tensorInfo(input.type, dims)];
};

/** Operators that join, cut or pick. */
export const selectShapes: Readonly<Record<string, ShapeRule>> = {
  Concat: concat,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Pad: pad,
  Slice: slice,
  Split: split,
};
