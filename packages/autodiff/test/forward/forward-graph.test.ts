import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { float32Tensor, GraphBuilder, parseModel, serializeModel } from '@driftloop/onnx';
import { findHead } from '../../src/forward/head.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import { buildTrainingStep } from '../../src/step/build-training-step.ts';
import type { TrainingOptions } from '../../src/training-options.ts';
import { randomArray } from '../small-models.ts';

const options: TrainingOptions = { loss: 'softmaxCrossEntropy', optimizer: { kind: 'sgd' } };

/** Builds a model from x [batch, 4]; `build` returns the value that becomes the output. */
function model(
  build: (builder: GraphBuilder) => string,
  dims: (number | string)[] = ['batch', 4],
): Uint8Array {
  const builder = new GraphBuilder({ name: 'test' });
  builder.input('x', 'float32', dims);
  builder.output(build(builder));
  return serializeModel(builder.build());
}

function weight(builder: GraphBuilder, name: string, ...dims: number[]): string {
  const size = dims.reduce((count, dim) => count * dim, 1);
  return builder.initializer(float32Tensor(name, dims, randomArray(size, name.length + size)));
}

test('weights, biases and scales are trained; standardisation and scalars are not', () => {
  const graph = buildTrainingStep(
    model((builder) => {
      const centred = builder.node('Sub', ['x', weight(builder, 'mean', 4)]);
      const standardised = builder.node('Div', [centred, weight(builder, 'std', 4)]);
      const offset = builder.node('Add', [standardised, weight(builder, 'offset', 4)]);
      const hidden = builder.node('MatMul', [offset, weight(builder, 'kernel', 4, 5)]);
      const biased = builder.node('Add', [hidden, weight(builder, 'bias', 5)]);
      const scaled = builder.node('Mul', [biased, weight(builder, 'gain', 5)]);
      const halved = builder.node('Mul', [
        scaled,
        builder.initializer(float32Tensor('half', [], Float32Array.of(0.5))),
      ]);
      const turned = builder.node('Transpose', [weight(builder, 'rows', 3, 5)]);
      return builder.node('Softmax', [builder.node('MatMul', [halved, turned])]);
    }),
    options,
  );
  assert.deepEqual(
    graph.parameters.map(({ name }) => name),
    ['kernel', 'bias', 'gain', 'rows'],
  );
});

test('heads are recognised through what exporters put around them', () => {
  const linear = (builder: GraphBuilder, outputs: number) =>
    builder.node('Gemm', ['x', weight(builder, 'w', 4, outputs)], {}, 'z');
  const heads: [Uint8Array, string][] = [
    [model((b) => builder2(b, 'Softmax', linear(b, 3))), 'softmax'],
    [model((b) => builder2(b, 'LogSoftmax', linear(b, 3))), 'logSoftmax'],
    [model((b) => b.node('Identity', [b.node('Sigmoid', [linear(b, 1)])])), 'sigmoid'],
    [
      model((b) => b.node('Flatten', [b.node('Cast', [b.node('Softmax', [linear(b, 3)])], { to: 1 })])),
      'softmax',
    ],
    [
      model((b) => {
        const p = b.node('Sigmoid', [linear(b, 1)]);
        return b.node('Concat', [b.node('Sub', [b.float(1), p]), p], { axis: 1 });
      }),
      'sigmoidPair',
    ],
    [model((b) => b.node('Identity', [linear(b, 3)])), 'none'],
  ];
  for (const [bytes, activation] of heads) {
    const head = findHead(parseModel(bytes));
    assert.equal(head.activation, activation);
    if (activation !== 'none') assert.equal(head.logits, 'z');
  }
});

function builder2(builder: GraphBuilder, operator: string, value: string): string {
  return builder.node(operator, [value], { axis: 1 });
}

test("scikit-learn's binary head trains as a softmax over two classes", async () => {
  const bytes = model((b) => {
    const p = b.node('Sigmoid', [b.node('Gemm', ['x', weight(b, 'w', 4, 1), weight(b, 'b', 1)])]);
    return b.node('Concat', [b.node('Sub', [b.float(1), p]), p], { axis: 1 });
  });
  const runner = await createStepRunner({ engine: createOrtEngine(), model: bytes, ...options });
  assert.equal(runner.outputWidth, 2);
  const batch = { rows: 2, features: randomArray(8, 1), labels: Float32Array.of(0, 1) };
  const before = (await runner.run(batch, 0.5)).loss;
  for (let step = 0; step < 20; step++) await runner.run(batch, 0.5);
  assert.ok((await runner.gradients(batch)).loss < before / 2);
  await runner.release();
});

test('an operator without a gradient is named', () => {
  const bytes = model((b) => {
    const hidden = b.node('Gemm', ['x', weight(b, 'w1', 4, 4)]);
    const [sorted = ''] = b.nodes('TopK', [hidden, b.int([4])], {}, ['sorted', 'order']);
    b.assume('sorted', { type: 'float32', dims: ['batch', 4] });
    return b.node('Softmax', [b.node('Gemm', [sorted, weight(b, 'w2', 4, 3)])]);
  });
  assert.throws(() => buildTrainingStep(bytes, options), {
    code: 'OPERATOR_UNSUPPORTED',
    message: /sorted \(TopK\)/,
  });
});

test('on request what comes before an operator without a gradient is frozen', async () => {
  const bytes = model((b) => {
    const hidden = b.node('Gemm', ['x', weight(b, 'w1', 4, 4)]);
    const ranked = b.node('Mish', [hidden]);
    const both = b.node('Add', [ranked, b.node('Gemm', ['x', weight(b, 'w3', 4, 4)])]);
    return b.node('Softmax', [b.node('Gemm', [both, weight(b, 'w2', 4, 3)])]);
  });
  assert.throws(() => buildTrainingStep(bytes, options), { code: 'OPERATOR_UNSUPPORTED', message: /Mish/ });
  const graph = buildTrainingStep(bytes, { ...options, freezeUnsupported: true });
  assert.deepEqual(graph.frozen, ['w1']);
  assert.deepEqual(
    graph.parameters.map(({ name }) => name),
    ['w3', 'w2'],
  );
});

test('models that cannot be trained say why', () => {
  const cases: [Uint8Array, TrainingOptions, { code: string; message: RegExp }][] = [
    [model((b) => b.node('Softmax', ['x'])), options, { code: 'MODEL_INVALID', message: /nothing to train/ }],
    [
      model((b) => b.node('Sigmoid', [b.node('Gemm', ['x', weight(b, 'w', 4, 1)])])),
      options,
      { code: 'GRAPH_INVALID', message: /sigmoidCrossEntropy/ },
    ],
    [
      model((b) => b.node('Reshape', [b.node('Gemm', ['x', weight(b, 'w', 4, 3)]), b.int([1, -1])])),
      options,
      { code: 'GRAPH_INVALID', message: /batch dimension/ },
    ],
    [new Uint8Array([1, 2, 3]), options, { code: 'MODEL_INVALID', message: /not an ONNX file/ }],
    [
      model((b) => b.node('Gemm', ['x', weight(b, 'w', 4, 3)])),
      { ...options, clipNorm: 0 },
      { code: 'CONFIG_INVALID', message: /clipNorm/ },
    ],
  ];
  for (const [bytes, given, expected] of cases)
    assert.throws(() => buildTrainingStep(bytes, given), expected);
});

test('a fixed batch of one is trained with any batch where the graph allows it', async () => {
  const bytes = model((b) => b.node('Softmax', [b.node('Gemm', ['x', weight(b, 'w', 4, 3)])]), [1, 4]);
  const runner = await createStepRunner({ engine: createOrtEngine(), model: bytes, ...options });
  const { loss } = await runner.run(
    { rows: 5, features: randomArray(20, 1), labels: Float32Array.of(0, 1, 2, 0, 1) },
    0.1,
  );
  assert.ok(Number.isFinite(loss));
  await runner.release();
});

test('dropout drops only when asked, and scales what it keeps', async () => {
  const bytes = model((b) => {
    const hidden = b.node('Gemm', ['x', weight(b, 'w', 4, 200)]);
    const dropped = b.node('Dropout', [hidden, b.float(0.25)]);
    return b.node('Gemm', [dropped, weight(b, 'v', 200, 2)]);
  });
  const batch = { rows: 1, features: randomArray(4, 1), labels: Float32Array.of(1) };
  const run = async (dropout: boolean) => {
    const runner = await createStepRunner({ engine: createOrtEngine(), model: bytes, ...options, dropout });
    const { gradients } = await runner.gradients(batch);
    await runner.release();
    return gradients.get('v') ?? new Float32Array();
  };
  const [off, on] = [await run(false), await run(true)];
  const kept = Array.from(
    on.filter((_, i) => i % 2 === 0),
    (value) => value !== 0,
  );
  assert.ok(Array.from(off).every((value) => value !== 0));
  const share = kept.filter(Boolean).length / 200;
  assert.ok(share > 0.6 && share < 0.9, `kept ${share}`);
});

test('batch statistics move the running ones, which are part of the trained model', async () => {
  const bytes = model((b) => {
    const hidden = b.node('Gemm', ['x', weight(b, 'w', 4, 3)]);
    const names = ['scale', 'bias', 'mean', 'variance'];
    const inputs = names.map((name) =>
      b.initializer(
        float32Tensor(name, [3], Float32Array.of(1, 1, 1).fill(name === 'mean' || name === 'bias' ? 0 : 1)),
      ),
    );
    return b.node('Softmax', [
      b.node('BatchNormalization', [hidden, ...inputs], { momentum: { float: 0.8 } }),
    ]);
  });
  const batch = { rows: 6, features: randomArray(24, 1), labels: Float32Array.of(0, 1, 2, 0, 1, 2) };
  const runner = await createStepRunner({
    engine: createOrtEngine(),
    model: bytes,
    ...options,
    batchStatistics: true,
  });
  await runner.run(batch, 0);
  const trained = parseModel(await runner.model());
  const mean =
    trained.graph?.initializer.find((tensor) => tensor.name === 'mean')?.rawData ?? new Uint8Array();
  const w = (await runner.values()).get('w') ?? new Float32Array();
  const hidden = Array.from({ length: 6 }, (_, row) =>
    [0, 1, 2, 3].reduce((z, i) => z + (batch.features[row * 4 + i] ?? 0) * (w[i * 3] ?? 0), 0),
  );
  const expected = 0.2 * (hidden.reduce((sum, value) => sum + value, 0) / 6);
  const actual = new DataView(mean.buffer, mean.byteOffset).getFloat32(0, true);
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} instead of ${expected}`);
  await runner.release();
});
