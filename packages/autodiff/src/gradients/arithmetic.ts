import type { GradientContext, GradientRule } from './rule.ts';
import { inputOf, outputOf } from './rule.ts';
import { sumTo } from './sum-to.ts';

/**
 * A rule for a broadcasting operator of two inputs, from its two partial gradients before summing.
 */
function binaryRule(
  left: (context: GradientContext, gradient: string) => string,
  right: (context: GradientContext, gradient: string) => string,
): GradientRule {
  return (context) => {
    const { builder, node } = context;
    const [gradient] = context.gradients;
    if (gradient === undefined) return [];
    return [left, right].map((partial, i) =>
      context.needs(i) ? sumTo(builder, partial(context, gradient), inputOf(node, i)) : undefined,
    );
  };
}

const pass = (_: GradientContext, gradient: string) => gradient;

const add = binaryRule(pass, pass);

const sub = binaryRule(pass, ({ builder }, gradient) => builder.node('Neg', [gradient]));

const mul = binaryRule(
  ({ builder, node }, gradient) => builder.node('Mul', [gradient, inputOf(node, 1)]),
  ({ builder, node }, gradient) => builder.node('Mul', [gradient, inputOf(node, 0)]),
);

/** y = a/b: dy/da = 1/b, dy/db = −y/b. */
const div = binaryRule(
  ({ builder, node }, gradient) => builder.node('Div', [gradient, inputOf(node, 1)]),
  ({ builder, node }, gradient) => {
    const scaled = builder.node('Mul', [gradient, outputOf(node)]);
    return builder.node('Neg', [builder.node('Div', [scaled, inputOf(node, 1)])]);
  },
);

/**
 * y = a^b: dy/da = b·a^(b−1), dy/db = y·ln a. The second is 0 where a is not positive, so that a
 * constant exponent of a negative base makes no NaN.
 */
const pow = binaryRule(
  ({ builder, node }, gradient) => {
    const [base, exponent] = [inputOf(node, 0), asFloat(builder, inputOf(node, 1))];
    const power = builder.node('Pow', [base, builder.node('Sub', [exponent, builder.float(1)])]);
    return builder.node('Mul', [gradient, builder.node('Mul', [exponent, power])]);
  },
  ({ builder, node }, gradient) => {
    const base = inputOf(node, 0);
    const positive = builder.node('Greater', [base, builder.float(0)]);
    const log = builder.node('Log', [builder.node('Where', [positive, base, builder.float(1)])]);
    return builder.node('Mul', [gradient, builder.node('Mul', [outputOf(node), log])]);
  },
);

/** ONNX lets the exponent be an integer. */
function asFloat(builder: GradientContext['builder'], value: string): string {
  return builder.info(value).type === 'float32' ? value : builder.node('Cast', [value], { to: 1 });
}

const sum: GradientRule = ({ builder, node, gradients: [gradient], needs }) =>
  node.input.map((input, i) =>
    gradient !== undefined && needs(i) ? sumTo(builder, gradient, input) : undefined,
  );

/** Max and Min give the gradient to the operand that was chosen, to the first of equal ones. */
function extremum(comparison: 'GreaterOrEqual' | 'LessOrEqual'): GradientRule {
  return (context) => {
    const { builder, node } = context;
    const [gradient] = context.gradients;
    if (gradient === undefined) return [];
    const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
    const first = builder.node(comparison, [a, b]);
    const zero = builder.float(0);
    return [
      context.needs(0) ? sumTo(builder, builder.node('Where', [first, gradient, zero]), a) : undefined,
      context.needs(1) ? sumTo(builder, builder.node('Where', [first, zero, gradient]), b) : undefined,
    ];
  };
}

/** Broadcasting arithmetic. Max and Min with two operands. */
export const arithmeticGradients: Readonly<Record<string, GradientRule>> = {
  Add: add,
  Div: div,
  Max: extremum('GreaterOrEqual'),
  Min: extremum('LessOrEqual'),
  Mul: mul,
  Pow: pow,
  Sub: sub,
  Sum: sum,
};
