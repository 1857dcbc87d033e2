import { type GraphBuilder, stringAttribute } from '@driftloop/onnx';
import { type GradientRule, inputOf, unaryRule } from './rule.ts';

/**
 * x·Φ(x) (Hendrycks and Gimpel 2016): Φ(x) + x·φ(x), or the derivative of its tanh approximation
 * where the node asks for that.
 */
const gelu = unaryRule(({ builder, node }, gradient) => {
  const slope = stringAttribute(node, 'approximate', 'none') === 'tanh' ? tanhSlope : exactSlope;
  return builder.node('Mul', [gradient, slope(builder, inputOf(node, 0))]);
});

function exactSlope(builder: GraphBuilder, x: string): string {
  const scaled = builder.node('Mul', [x, builder.float(Math.SQRT1_2)]);
  const half = builder.node('Mul', [builder.node('Erf', [scaled]), builder.float(0.5)]);
  const cumulative = builder.node('Add', [half, builder.float(0.5)]);
  const exponent = builder.node('Mul', [builder.node('Mul', [x, x]), builder.float(-0.5)]);
  const density = builder.node('Mul', [
    builder.node('Exp', [exponent]),
    builder.float(1 / Math.sqrt(2 * Math.PI)),
  ]);
  return builder.node('Add', [cumulative, builder.node('Mul', [x, density])]);
}

/** y = ½x(1 + t), t = tanh(c(x + ax³)): ½(1 + t) + ½x(1 − t²)·c(1 + 3ax²). */
function tanhSlope(builder: GraphBuilder, x: string): string {
  const node = builder.node.bind(builder);
  const [a, c] = [0.044715, Math.sqrt(2 / Math.PI)];
  const square = node('Mul', [x, x]);
  const inner = node('Add', [node('Mul', [square, builder.float(a * c)]), builder.float(c)]);
  const t = node('Tanh', [node('Mul', [x, inner])]);
  const innerSlope = node('Add', [node('Mul', [square, builder.float(3 * a * c)]), builder.float(c)]);
  const tSlope = node('Mul', [node('Sub', [builder.float(1), node('Mul', [t, t])]), innerSlope]);
  const sum = node('Add', [node('Add', [t, builder.float(1)]), node('Mul', [x, tSlope])]);
  return node('Mul', [sum, builder.float(0.5)]);
}

export const geluGradients: Readonly<Record<string, GradientRule>> = { Gelu: gelu };
