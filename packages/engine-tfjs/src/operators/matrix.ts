import { floatAttribute, intAttribute } from '@driftloop/onnx';
import { input, notHere, type Operator } from './operator.ts';

/** Y = alpha·op(A)·op(B) + beta·C. */
const gemm: Operator = (context) => {
  const { tf, node, inputs } = context;
  const flag = (name: string) => intAttribute(node, name, 0) === 1;
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  const product = tf.matMul(input(context, 0), input(context, 1), flag('transA'), flag('transB'));
  const scaled = alpha === 1 ? product : tf.mul(product, alpha);
  const c = inputs[2];
  return c === undefined ? scaled : tf.add(scaled, beta === 1 ? c : tf.mul(c, beta));
};

/** numpy.matmul; a matrix on the right is shared by all leading dimensions. */
const matmul: Operator = (context) => {
  const { tf } = context;
  const [a, b] = [input(context, 0), input(context, 1)];
  if (a.rank <= 2 || b.rank !== 2) return tf.matMul(a, b);
  const flat = tf.reshape(a, [-1, a.shape.at(-1) ?? 1]);
  return tf.reshape(tf.matMul(flat, b), [...a.shape.slice(0, -1), b.shape.at(-1) ?? 1]);
};

/** With the running statistics, as when serving; the channels are axis 1. */
const batchNormalization: Operator = (context) => {
  const { tf, node } = context;
  const x = input(context, 0);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) =>
    tf.reshape(input(context, i), [1, -1, ...x.shape.slice(2).map(() => 1)]),
  );
  if (!scale || !bias || !mean || !variance) throw notHere(context, 'a normalisation without statistics');
  const deviation = tf.sqrt(tf.add(variance, floatAttribute(node, 'epsilon', 1e-5)));
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), deviation), scale), bias);
};

export const matrixOperators: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  Gemm: gemm,
  MatMul: matmul,
};
