import { DriftloopError } from '@driftloop/errors';
import { dataTypeOf, type GraphBuilder, intAttribute, normalizeAxis, stringAttribute } from '@driftloop/onnx';
import { type GradientContext, type GradientRule, inputOf, outputOf, unaryRule } from './rule.ts';
import { sumTo } from './sum-to.ts';

const where: GradientRule = ({ builder, node, gradients: [gradient], needs }) => {
  if (gradient === undefined) return [];
  const [condition, a, b] = [inputOf(node, 0), inputOf(node, 1), inputOf(node, 2)];
  const zero = builder.float(0);
  return [
    undefined,
    needs(1) ? sumTo(builder, builder.node('Where', [condition, gradient, zero]), a) : undefined,
    needs(2) ? sumTo(builder, builder.node('Where', [condition, zero, gradient]), b) : undefined,
  ];
};

/** Zeros of another value's shape. */
function zerosLike(builder: GraphBuilder, value: string): string {
  return builder.node('ConstantOfShape', [builder.node('Shape', [value])]);
}

/** Indices as ScatterND takes them: int64 alone, where Gather takes int32 too. */
function wide(builder: GraphBuilder, indices: string): string {
  if (builder.info(indices).type === 'int64') return indices;
  return builder.node('Cast', [indices], { to: dataTypeOf('int64') });
}

/**
 * Rows of dy are added to the rows of the table that they came from; a row that was taken twice
 * gets both.
 */
const gather = unaryRule(({ builder, node }, gradient) => {
  const [data, indices] = [inputOf(node, 0), inputOf(node, 1)];
  const rank = builder.dims(data).length;
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), rank);
  const column = builder.node('Unsqueeze', [wide(builder, indices), builder.int([-1])]);
  const scatter = (table: string, updates: string) =>
    builder.node('ScatterND', [zerosLike(builder, table), column, updates], { reduction: 'add' });
  if (axis === 0) return scatter(data, gradient);
  const indexRank = builder.dims(indices).length;
  // dy is [before…, indices…, after…]; both it and the table are turned so that what is indexed
  // comes first.
  const before = Array.from({ length: axis }, (_, i) => i);
  const after = Array.from({ length: rank - axis - 1 }, (_, i) => axis + indexRank + i);
  const order = [...Array.from({ length: indexRank }, (_, i) => axis + i), ...before, ...after];
  const tableOrder = [axis, ...before, ...Array.from({ length: rank - axis - 1 }, (_, i) => axis + 1 + i)];
  const turned = builder.node('Transpose', [data], { perm: tableOrder });
  const scattered = scatter(turned, builder.node('Transpose', [gradient], { perm: order }));
  return builder.node('Transpose', [scattered], { perm: tableOrder.map((_, i) => tableOrder.indexOf(i)) });
});

const gatherElements = unaryRule(({ builder, node }, gradient) => {
  const attributes = { axis: intAttribute(node, 'axis', 0), reduction: 'add' };
  return builder.node(
    'ScatterElements',
    [zerosLike(builder, inputOf(node, 0)), inputOf(node, 1), gradient],
    attributes,
  );
});

/**
 * The same slice of the positions 0, 1, 2, … of the input tells where each element of dy belongs:
 * right for any steps, signs and sizes that are only known when the graph runs. No element is taken
 * twice.
 */
const slice = unaryRule(({ builder, node }, gradient) => {
  const input = inputOf(node, 0);
  const size = builder.node('Size', [input]);
  const all = builder.node('Range', [builder.int(0), size, builder.int(1)]);
  const shape = builder.node('Shape', [input]);
  const positions = builder.node('Reshape', [all, shape]);
  const taken = builder.node('Slice', [positions, ...node.input.slice(1)]);
  const zeros = builder.node('ConstantOfShape', [builder.node('Unsqueeze', [size, builder.int([0])])]);
  const flat = (value: string) => builder.node('Reshape', [value, builder.int([-1])]);
  const scattered = builder.node('ScatterElements', [zeros, flat(taken), flat(gradient)], { axis: 0 });
  return builder.node('Reshape', [scattered, shape]);
});

/** Padding is taken off again: ONNX's Pad with negative amounts. */
const pad = unaryRule(({ builder, node }, gradient) => {
  const mode = stringAttribute(node, 'mode', 'constant');
  if (mode !== 'constant') {
    throw new DriftloopError(
      'OPERATOR_UNSUPPORTED',
      `node ${node.name} (Pad) has mode ${mode}; only constant has a gradient`,
    );
  }
  const amounts = builder.node('Neg', [inputOf(node, 1)]);
  const axes = node.input[3] ?? '';
  return builder.node('Pad', axes === '' ? [gradient, amounts] : [gradient, amounts, '', axes]);
});

const expand = unaryRule(({ builder, node }, gradient) => sumTo(builder, gradient, inputOf(node, 0)));

const transpose = unaryRule(({ builder, node }: GradientContext, gradient) => {
  const rank = builder.dims(outputOf(node)).length;
  const given = node.attribute.find((attribute) => attribute.name === 'perm')?.ints.map(Number);
  const perm = given ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return builder.node('Transpose', [gradient], { perm: perm.map((_, axis) => perm.indexOf(axis)) });
});

/** Operators that pick, place or turn elements. */
export const selectingGradients: Readonly<Record<string, GradientRule>> = {
  Expand: expand,
  Gather: gather,
  GatherElements: gatherElements,
  Pad: pad,
  Slice: slice,
  Transpose: transpose,
  Where: where,
};
