import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { type Attributes, GraphBuilder, serializeModel } from '@driftloop/onnx';
import { emitBackward } from '../../src/backward.ts';
import { float32 } from '../../src/engine.ts';
import { checkGradients, spread } from '../gradient-check.ts';

interface ConvCase {
  x: number[];
  w: number[];
  attributes?: Attributes;
}

const CONVOLUTIONS: Readonly<Record<string, ConvCase>> = {
  plain: { x: [2, 2, 5, 4], w: [3, 2, 3, 2] },
  'padded and strided, with a rest': {
    x: [2, 1, 6, 5],
    w: [2, 1, 3, 3],
    attributes: { pads: [1, 0, 1, 2], strides: [2, 3] },
  },
  dilated: { x: [1, 2, 7, 6], w: [2, 2, 2, 3], attributes: { dilations: [3, 2], pads: [1, 1, 0, 1] } },
  'two groups': { x: [2, 4, 4, 4], w: [6, 2, 2, 2], attributes: { group: 2, pads: [1, 1, 1, 1] } },
  depthwise: { x: [2, 3, 4, 4], w: [3, 1, 3, 3], attributes: { group: 3, strides: [2, 2] } },
  'one-dimensional': { x: [2, 3, 7], w: [2, 3, 3], attributes: { strides: [2], pads: [1, 1] } },
  'three-dimensional': { x: [1, 2, 3, 3, 4], w: [2, 2, 2, 2, 2] },
  'auto_pad SAME_UPPER': {
    x: [1, 1, 5, 5],
    w: [1, 1, 2, 3],
    attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
  },
};

for (const [name, { x, w, attributes }] of Object.entries(CONVOLUTIONS)) {
  test(`Conv, ${name}`, async () => {
    await checkGradients({
      inputs: {
        x: { ...spread(x, 1), declared: ['n', ...x.slice(1)] },
        w: spread(w, 2),
        b: spread([w[0] ?? 1], 3),
      },
      build: (emit) => emit('Conv', ['x', 'w', 'b'], attributes),
      tolerance: 5e-3,
    });
  });
}

const TRANSPOSED: Readonly<Record<string, ConvCase & { out: number }>> = {
  plain: { x: [2, 2, 3, 3], w: [2, 3, 2, 3], out: 3 },
  'strided, padded, with output padding': {
    x: [2, 2, 3, 2],
    w: [2, 1, 3, 3],
    attributes: { strides: [2, 3], pads: [1, 1, 0, 1], output_padding: [1, 2] },
    out: 1,
  },
  'two groups': { x: [1, 4, 3, 3], w: [4, 2, 2, 2], attributes: { group: 2 }, out: 4 },
};

for (const [name, { x, w, attributes, out }] of Object.entries(TRANSPOSED)) {
  test(`ConvTranspose, ${name}`, async () => {
    await checkGradients({
      inputs: {
        x: { ...spread(x, 1), declared: ['n', ...x.slice(1)] },
        w: spread(w, 2),
        b: spread([out], 3),
      },
      build: (emit) => emit('ConvTranspose', ['x', 'w', 'b'], attributes),
      tolerance: 5e-3,
    });
  });
}

const POOLS: Readonly<Record<string, { x: number[]; attributes: Attributes }>> = {
  'without overlap': { x: [2, 2, 4, 4], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
  overlapping: { x: [1, 2, 5, 5], attributes: { kernel_shape: [3, 2], strides: [2, 1] } },
  padded: { x: [2, 1, 5, 4], attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
  'with a rest, rounded up': {
    x: [1, 1, 6, 5],
    attributes: { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 },
  },
  'one-dimensional': { x: [2, 2, 7], attributes: { kernel_shape: [3], strides: [2] } },
};

for (const [name, { x, attributes }] of Object.entries(POOLS)) {
  const input = { ...spread(x), declared: ['n', ...x.slice(1)] };
  test(`MaxPool, ${name}`, async () => {
    await checkGradients({ inputs: { x: input }, build: (emit) => emit('MaxPool', ['x'], attributes) });
  });
  test(`AveragePool, ${name}`, async () => {
    for (const count_include_pad of [0, 1]) {
      await checkGradients({
        inputs: { x: input },
        build: (emit) => emit('AveragePool', ['x'], { ...attributes, count_include_pad }),
      });
    }
  });
}

test('MaxPool shares a gradient between equal maxima of windows that lie side by side', async () => {
  const builder = new GraphBuilder({ name: 'ties' });
  builder.input('x', 'float32', ['n', 1, 2, 4]);
  const y = builder.node('MaxPool', ['x'], { kernel_shape: [2, 2], strides: [2, 2] });
  const nodes = builder.nodesSoFar;
  const seed = builder.input('seed', 'float32', builder.dims(y));
  const gradients = emitBackward(builder, nodes, new Map([[y, seed]]), ['x']);
  builder.output(builder.node('Identity', [gradients.get('x') ?? ''], {}, 'dx'));
  const session = await createOrtEngine().load(serializeModel(builder.build()));
  const x = float32(Float32Array.of(3, 1, 0, 0, 3, 2, 0, 0), [1, 1, 2, 4]);
  const { dx } = await session.run({ x, seed: float32(Float32Array.of(1, 1), [1, 1, 1, 2]) });
  assert.deepEqual([...(dx?.data ?? [])], [0.5, 0, 0.25, 0.25, 0.5, 0, 0.25, 0.25]);
  await session.release();
});

test('GlobalAveragePool', async () => {
  await checkGradients({
    inputs: { x: { ...spread([2, 2, 3, 2]), declared: ['n', 2, 'h', 'w'] } },
    build: (emit) => emit('GlobalAveragePool', ['x']),
  });
});
