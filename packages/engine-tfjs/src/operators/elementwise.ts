import { floatAttribute, intAttribute } from '@driftloop/onnx';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';
import { input, notHere, type Operator, type OperatorContext } from './operator.ts';

type Unary = (tf: TensorFlow, x: Tensor) => Tensor;
type Binary = (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor;

const unary =
  (compute: Unary): Operator =>
  (context) =>
    compute(context.tf, input(context, 0));

/** Of two or more inputs, from left to right. */
const folded =
  (compute: Binary): Operator =>
  (context) =>
    context.inputs
      .map((_, i) => input(context, i))
      .reduce((result, next) => compute(context.tf, result, next));

const alphaOf = ({ node }: OperatorContext, fallback: number) => floatAttribute(node, 'alpha', fallback);

/** ONNX's numbers for element types. */
const TYPES: Readonly<Record<number, 'float32' | 'int32' | 'bool'>> = {
  1: 'float32',
  6: 'int32',
  7: 'int32',
  9: 'bool',
  11: 'float32',
};

const cast: Operator = (context) => {
  const to = intAttribute(context.node, 'to', 1);
  const type = TYPES[to];
  if (type === undefined) throw notHere(context, `a cast to element type ${to}`);
  return context.tf.cast(input(context, 0), type);
};

const clip: Operator = (context) => {
  const { tf, inputs } = context;
  let x = input(context, 0);
  if (inputs[1]) x = tf.maximum(x, inputs[1]);
  return inputs[2] ? tf.minimum(x, inputs[2]) : tf.clone(x);
};

const overLast =
  (compute: (tf: TensorFlow, x: Tensor, axis: number) => Tensor): Operator =>
  (context) => {
    const x = input(context, 0);
    const given = intAttribute(context.node, 'axis', -1);
    if (given !== -1 && given !== x.rank - 1) throw notHere(context, `axis ${given} of ${x.rank}`);
    return compute(context.tf, x, x.rank - 1);
  };

export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Abs: unary((tf, x) => tf.abs(x)),
  Add: folded((tf, a, b) => tf.add(a, b)),
  And: folded((tf, a, b) => tf.logicalAnd(a, b)),
  Cast: cast,
  Clip: clip,
  Cos: unary((tf, x) => tf.cos(x)),
  Div: folded((tf, a, b) => tf.div(a, b)),
  Dropout: unary((tf, x) => tf.clone(x)),
  Elu: (context) => {
    const x = input(context, 0);
    const { tf } = context;
    return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.minimum(x, 0)), alphaOf(context, 1)));
  },
  Equal: folded((tf, a, b) => tf.equal(a, b)),
  Erf: unary((tf, x) => tf.erf(x)),
  Exp: unary((tf, x) => tf.exp(x)),
  Greater: folded((tf, a, b) => tf.greater(a, b)),
  GreaterOrEqual: folded((tf, a, b) => tf.greaterEqual(a, b)),
  HardSigmoid: (context) => {
    const scaled = context.tf.mul(input(context, 0), alphaOf(context, 0.2));
    return context.tf.clipByValue(context.tf.add(scaled, floatAttribute(context.node, 'beta', 0.5)), 0, 1);
  },
  Identity: unary((tf, x) => tf.clone(x)),
  IsNaN: unary((tf, x) => tf.isNaN(x)),
  LeakyRelu: (context) => context.tf.leakyRelu(input(context, 0), alphaOf(context, 0.01)),
  Less: folded((tf, a, b) => tf.less(a, b)),
  LessOrEqual: folded((tf, a, b) => tf.lessEqual(a, b)),
  Log: unary((tf, x) => tf.log(x)),
  LogSoftmax: overLast((tf, x, axis) => tf.logSoftmax(x, axis)),
  Max: folded((tf, a, b) => tf.maximum(a, b)),
  Min: folded((tf, a, b) => tf.minimum(a, b)),
  Mul: folded((tf, a, b) => tf.mul(a, b)),
  Neg: unary((tf, x) => tf.neg(x)),
  Pow: folded((tf, a, b) => tf.pow(a, b)),
  Reciprocal: unary((tf, x) => tf.reciprocal(x)),
  Relu: unary((tf, x) => tf.relu(x)),
  Sigmoid: unary((tf, x) => tf.sigmoid(x)),
  Sign: unary((tf, x) => tf.sign(x)),
  Sin: unary((tf, x) => tf.sin(x)),
  Softmax: overLast((tf, x, axis) => tf.softmax(x, axis)),
  // log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), without overflow and without losing small values as
  // 1 + eˣ does.
  Softplus: unary((tf, x) => tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))))),
  Sqrt: unary((tf, x) => tf.sqrt(x)),
  Sub: folded((tf, a, b) => tf.sub(a, b)),
  Tanh: unary((tf, x) => tf.tanh(x)),
  Where: (context) =>
    context.tf.where(context.tf.cast(input(context, 0), 'bool'), input(context, 1), input(context, 2)),
};
