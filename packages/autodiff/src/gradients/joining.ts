import { intAttribute, normalizeAxis } from '@driftloop/onnx';
import { type GradientRule, inputOf, outputOf } from './rule.ts';

/** The gradient is cut where the inputs were joined. */
const concat: GradientRule = ({ builder, node, gradients: [gradient], needs }) => {
  if (gradient === undefined) return [];
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), builder.dims(outputOf(node)).length);
  const sizes = node.input.map((input) => builder.dims(input)[axis] ?? 1);
  const lengths = sizes.every((size): size is number => typeof size === 'number')
    ? builder.int(sizes)
    : builder.node(
        'Concat',
        node.input.map((input) => builder.node('Shape', [input], { start: axis, end: axis + 1 })),
        { axis: 0 },
      );
  const parts = builder.nodes('Split', [gradient, lengths], { axis }, node.input.length);
  return parts.map((part, i) => (needs(i) ? part : undefined));
};

/** The gradients of the parts joined; parts that nothing depends on count as zeros. */
const split: GradientRule = ({ builder, node, gradients, needs }) => {
  if (!needs(0) || gradients.every((gradient) => gradient === undefined)) return [];
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), builder.dims(inputOf(node, 0)).length);
  const parts = gradients.map((gradient, i) => {
    if (gradient !== undefined) return gradient;
    return builder.node('Mul', [outputOf(node, i), builder.float(0)]);
  });
  return [builder.node('Concat', parts, { axis })];
};

/** Operators that join and cut. */
export const joiningGradients: Readonly<Record<string, GradientRule>> = { Concat: concat, Split: split };
