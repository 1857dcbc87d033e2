import { dataTypeOf } from '@driftloop/onnx';
import { type GradientRule, inputOf, outputOf, unaryRule } from './rule.ts';

const neg = unaryRule(({ builder }, gradient) => builder.node('Neg', [gradient]));

const abs = unaryRule(({ builder, node }, gradient) =>
  builder.node('Mul', [gradient, builder.node('Sign', [inputOf(node, 0)])]),
);

const exp = unaryRule(({ builder, node }, gradient) => builder.node('Mul', [gradient, outputOf(node)]));

const log = unaryRule(({ builder, node }, gradient) => builder.node('Div', [gradient, inputOf(node, 0)]));

/** 1/(2y). */
const sqrt = unaryRule(({ builder, node }, gradient) =>
  builder.node('Div', [builder.node('Mul', [gradient, builder.float(0.5)]), outputOf(node)]),
);

/** −y². */
const reciprocal = unaryRule(({ builder, node }, gradient) => {
  const square = builder.node('Mul', [outputOf(node), outputOf(node)]);
  return builder.node('Neg', [builder.node('Mul', [gradient, square])]);
});

/** 2/√π · exp(−x²). */
const erf = unaryRule(({ builder, node }, gradient) => {
  const x = inputOf(node, 0);
  const bell = builder.node('Exp', [builder.node('Neg', [builder.node('Mul', [x, x])])]);
  return builder.node('Mul', [gradient, builder.node('Mul', [bell, builder.float(2 / Math.sqrt(Math.PI))])]);
});

const sin = unaryRule(({ builder, node }, gradient) =>
  builder.node('Mul', [gradient, builder.node('Cos', [inputOf(node, 0)])]),
);

const cos = unaryRule(({ builder, node }, gradient) =>
  builder.node('Neg', [builder.node('Mul', [gradient, builder.node('Sin', [inputOf(node, 0)])])]),
);

/** The gradient where the input was left as it is; bounds included, as in PyTorch. */
const clip = unaryRule(({ builder, node }, gradient) => {
  const inside = builder.node('Equal', [inputOf(node, 0), outputOf(node)]);
  return builder.node('Where', [inside, gradient, builder.float(0)]);
});

/** Between float types the gradient is cast back. */
const cast = unaryRule(({ builder, node }, gradient) => {
  const { type } = builder.info(inputOf(node, 0));
  return type === builder.info(gradient).type
    ? gradient
    : builder.node('Cast', [gradient], { to: dataTypeOf(type) });
});

/** Functions of one number. */
export const unaryGradients: Readonly<Record<string, GradientRule>> = {
  Abs: abs,
  Cast: cast,
  Clip: clip,
  Cos: cos,
  Erf: erf,
  Exp: exp,
  Log: log,
  Neg: neg,
  Reciprocal: reciprocal,
  Sin: sin,
  Sqrt: sqrt,
};
