import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { loadBackend, OPERATORS } from '@driftloop/engine-tfjs';
import { type Attributes, createNode, GraphBuilder, serializeModel } from '@driftloop/onnx';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { emitBackward } from '../../src/backward.ts';
import { type EngineTensor, float32 } from '../../src/engine.ts';
import { appendForTraining } from '../../src/forward/append-for-training.ts';
import { type CheckedInput, spread } from '../gradient-check.ts';
import './register-gradients.ts';

interface Case {
  readonly operator: string;
  /** Differentiated inputs, in order. */
  readonly inputs: readonly CheckedInput[];
  /** Integer inputs after these. */
  readonly constants?: readonly (readonly number[])[];
  readonly attributes?: Attributes;
}

const matrix = [spread([4, 5], 1), spread([4, 5], 2)];
const image = spread([2, 2, 4, 4], 1);
const unary = (operator: string, low = -1.5, attributes: Attributes = {}): Case => ({
  operator,
  inputs: [spread([3, 5], 1, low)],
  attributes,
});

const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    [
      'Abs',
      'Erf',
      'Exp',
      'Identity',
      'LogSoftmax',
      'Neg',
      'Relu',
      'Sigmoid',
      'Softmax',
      'Softplus',
      'Tanh',
    ].map((name) => [name, unary(name)]),
  ),
  ...Object.fromEntries(['Log', 'Reciprocal', 'Sqrt'].map((name) => [name, unary(name, 0.3)])),
  Elu: unary('Elu', -1.5, { alpha: { float: 0.7 } }),
  LeakyRelu: unary('LeakyRelu', -1.5, { alpha: { float: 0.1 } }),
  Add: { operator: 'Add', inputs: matrix },
  'Add, broadcast': { operator: 'Add', inputs: [spread([3, 1, 5], 1), spread([4, 1], 2)] },
  Sub: { operator: 'Sub', inputs: [spread([4, 5], 1), spread([5], 2)] },
  Mul: { operator: 'Mul', inputs: [spread([4, 5], 1), spread([4, 1], 2)] },
  Div: { operator: 'Div', inputs: [spread([4, 5], 1), spread([5], 2, 0.5)] },
  Pow: { operator: 'Pow', inputs: [spread([4, 5], 1, 0.5), spread([5], 2, 0.5)] },
  Min: { operator: 'Min', inputs: matrix },
  Max: { operator: 'Max', inputs: matrix },
  MatMul: { operator: 'MatMul', inputs: [spread([3, 4], 1), spread([4, 2], 2)] },
  'MatMul, a batch': { operator: 'MatMul', inputs: [spread([2, 3, 4], 1), spread([2, 4, 2], 2)] },
  'Gemm, turned': {
    operator: 'Gemm',
    inputs: [spread([4, 3], 1), spread([2, 4], 2), spread([2], 3)],
    attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
  },
  Conv: {
    operator: 'Conv',
    inputs: [spread([2, 2, 6, 5], 1), spread([3, 2, 3, 2], 2), spread([3], 3)],
    attributes: { pads: [1, 0, 1, 2], strides: [2, 1] },
  },
  'Conv, grouped': {
    operator: 'Conv',
    inputs: [spread([1, 4, 4, 4], 1), spread([4, 2, 2, 2], 2)],
    attributes: { group: 2 },
  },
  ConvTranspose: {
    operator: 'ConvTranspose',
    inputs: [spread([2, 2, 3, 3], 1), spread([2, 3, 2, 3], 2)],
    attributes: { strides: [2, 2], pads: [1, 0, 0, 1] },
  },
  MaxPool: { operator: 'MaxPool', inputs: [image], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  // AveragePool is left to the differences: TensorFlow.js cannot differentiate it with gradients
  // registered this way.
  GlobalAveragePool: { operator: 'GlobalAveragePool', inputs: [image] },
  Reshape: { operator: 'Reshape', inputs: [spread([4, 3], 1)], constants: [[2, -1]] },
  Flatten: { operator: 'Flatten', inputs: [image] },
  Transpose: { operator: 'Transpose', inputs: [spread([2, 3, 4], 1)], attributes: { perm: [2, 0, 1] } },
  Concat: { operator: 'Concat', inputs: matrix, attributes: { axis: 1 } },
  Slice: {
    operator: 'Slice',
    inputs: [spread([5, 6], 1)],
    constants: [
      [1, 2],
      [4, 6],
      [0, 1],
    ],
  },
  Squeeze: { operator: 'Squeeze', inputs: [spread([3, 1, 2], 1)], constants: [[1]] },
  Unsqueeze: { operator: 'Unsqueeze', inputs: [spread([3, 2], 1)], constants: [[0, 3]] },
  Gather: { operator: 'Gather', inputs: [spread([5, 3], 1)], constants: [[4, 0, 4]] },
  Expand: { operator: 'Expand', inputs: [spread([3, 1], 1)], constants: [[2, 3, 4]] },
  ReduceSum: {
    operator: 'ReduceSum',
    inputs: [spread([3, 4], 1)],
    constants: [[1]],
    attributes: { keepdims: 0 },
  },
  ReduceMean: { operator: 'ReduceMean', inputs: [spread([3, 4], 1)], attributes: { axes: [0], keepdims: 1 } },
};

const engine = createOrtEngine();
const { tf } = await loadBackend('cpu', 1);
const weightsOf = (length: number) => Float32Array.from({ length }, (_, i) => Math.cos(i + 0.3));

/** d(Σ weights·y) by all inputs, from the emitted graph on ONNX Runtime. */
async function emitted({ operator, inputs, constants = [], attributes = {} }: Case): Promise<Float32Array[]> {
  const builder = new GraphBuilder({ name: 'check' });
  const names = inputs.map(({ dims }, i) => builder.input(`x${i}`, 'float32', dims));
  const all = [...names, ...constants.map((list) => builder.int(list))];
  appendForTraining(builder, createNode(operator, all, ['y'], attributes), {
    dropout: false,
    batchStatistics: false,
  });
  const nodes = builder.nodesSoFar;
  const dims = builder.dims('y').map(Number);
  const seed = builder.input('seed', 'float32', dims);
  const gradients = emitBackward(builder, nodes, new Map([['y', seed]]), names);
  for (const [name, gradient] of gradients)
    builder.output(builder.node('Identity', [gradient], {}, `d_${name}`));
  const session = await engine.load(serializeModel(builder.build()));
  const size = dims.reduce((product, dim) => product * dim, 1);
  const feeds: Record<string, EngineTensor> = { seed: float32(weightsOf(size), dims) };
  inputs.forEach((given, i) => {
    feeds[`x${i}`] = float32(given.data, given.dims);
  });
  const results = await session.run(feeds);
  await session.release();
  return names.map((name) => Float32Array.from(results[`d_${name}`]?.data ?? [], Number));
}

/** The same by TensorFlow.js's own differentiation. */
function differentiated({ operator, inputs, constants = [], attributes = {} }: Case): Float32Array[] {
  const node = createNode(
    operator,
    [...inputs, ...constants].map((_, i) => `x${i}`),
    ['y'],
    attributes,
  );
  const loss = (...tensors: Tensor[]) => {
    const fixed = constants.map((list) => tf.tensor1d([...list], 'int32'));
    const made = OPERATORS.get(operator)?.({ tf, node, inputs: [...tensors, ...fixed] });
    assert.ok(made && 'dataId' in made);
    return tf.sum<Scalar>(tf.mul(made, tf.tensor(weightsOf(made.size), made.shape)));
  };
  return tf
    .grads(loss)(inputs.map(({ data, dims }) => tf.tensor(data, [...dims])))
    .map((gradient) => Float32Array.from(gradient.dataSync()));
}

for (const [name, given] of Object.entries(CASES)) {
  test(`${name}: the emitted gradients are those of TensorFlow.js`, async () => {
    const actual = await emitted(given);
    const expected = differentiated(given);
    assert.equal(actual.length, expected.length);
    expected.forEach((gradient, input) => {
      assert.equal(actual[input]?.length, gradient.length, `size of the gradient by input ${input}`);
      gradient.forEach((value, i) => {
        const error = Math.abs(value - (actual[input]?.[i] ?? Number.NaN)) / (1 + Math.abs(value));
        assert.ok(
          error < 1e-4,
          `by input ${input}, number ${i}: ${actual[input]?.[i]}, TensorFlow.js says ${value}`,
        );
      });
    });
  });
}
