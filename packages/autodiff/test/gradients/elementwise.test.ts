import { test } from 'node:test';
import type { Attributes } from '@driftloop/onnx';
import { type CheckedInput, checkGradients, spread } from '../gradient-check.ts';

const dims = [3, 5];

/** Operators of one input: attributes, and values where the operator is not defined everywhere. */
const UNARY: Readonly<Record<string, { attributes?: Attributes; x?: CheckedInput; opset?: number }[]>> = {
  Abs: [{}],
  Cos: [{}],
  Elu: [{}, { attributes: { alpha: { float: 0.7 } } }],
  Erf: [{}],
  Exp: [{}],
  Gelu: [{ opset: 20 }, { attributes: { approximate: 'tanh' }, opset: 20 }],
  Identity: [{}],
  LeakyRelu: [{}, { attributes: { alpha: { float: 0.3 } } }],
  Log: [{ x: spread(dims, 1, 0.5) }],
  LogSoftmax: [{}, { attributes: { axis: 0 } }],
  Neg: [{}],
  Reciprocal: [{ x: spread(dims, 1, 0.7) }],
  Relu: [{}],
  Sigmoid: [{}],
  Sin: [{}],
  Softmax: [{}, { attributes: { axis: 0 } }],
  Softplus: [{}],
  Sqrt: [{ x: spread(dims, 1, 0.5) }],
  Tanh: [{}],
};

for (const [operator, cases] of Object.entries(UNARY)) {
  test(`${operator} has the gradient that differences show`, async () => {
    for (const { attributes, x, opset } of cases) {
      await checkGradients({
        inputs: { x: x ?? spread(dims) },
        ...(opset && { opset }),
        build: (emit) => emit(operator, ['x'], attributes),
      });
    }
  });
}

test('Clip passes gradients where it leaves the input as it is', async () => {
  await checkGradients({
    inputs: { x: spread(dims) },
    build: (emit, builder) => emit('Clip', ['x', builder.float(-0.6), builder.float(0.8)]),
  });
  await checkGradients({
    inputs: { x: spread(dims) },
    build: (emit, builder) => emit('Clip', ['x', '', builder.float(0.8)]),
  });
});

test('Cast between float types passes gradients', async () => {
  await checkGradients({
    inputs: { x: spread(dims) },
    build: (emit) =>
      emit('Cast', [emit('Mul', [emit('Cast', ['x'], { to: 11 }), emit('Cast', ['x'], { to: 11 })])], {
        to: 1,
      }),
    tolerance: 3e-3,
  });
});

test('PRelu has the gradient by its slope as well', async () => {
  await checkGradients({
    inputs: { x: spread(dims), slope: spread([5], 2, 0.1) },
    build: (emit) => emit('PRelu', ['x', 'slope']),
  });
});

test('an input that is used twice gets both gradients', async () => {
  await checkGradients({
    inputs: { x: spread(dims) },
    build: (emit) => emit('Add', [emit('Mul', ['x', 'x']), emit('Tanh', ['x'])]),
  });
});
