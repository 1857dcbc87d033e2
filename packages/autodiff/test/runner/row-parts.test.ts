import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import type { Engine } from '../../src/engine.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import type { StepRunnerOptions } from '../../src/runner/step-runner.ts';
import { clusters, mlp, randomArray } from '../small-models.ts';

const SIDE = 16;
const CLASSES = 3;

/** Two convolutions over 16 × 16 pixels: 7.5 million operations per row and step. */
function convolutions(): Uint8Array {
  const builder = new GraphBuilder({ name: 'convolutions' });
  const weight = (name: string, dims: readonly number[], seed: number, scale: number) => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    return builder.initializer(float32Tensor(name, dims, randomArray(size, seed, scale)));
  };
  let value = builder.input('x', 'float32', ['batch', SIDE ** 2]);
  value = builder.node('Reshape', [value, builder.int([-1, 1, SIDE, SIDE])]);
  for (const [i, [inputs, outputs]] of [
    [1, 16],
    [16, 32],
  ].entries()) {
    const kernel = weight(`W${i}`, [outputs ?? 1, inputs ?? 1, 3, 3], i + 1, 0.2);
    const bias = weight(`b${i}`, [outputs ?? 1], i + 10, 0.1);
    value = builder.node('Conv', [value, kernel, bias], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
    value = builder.node('Relu', [value]);
  }
  value = builder.node('Flatten', [builder.node('GlobalAveragePool', [value])]);
  const last = [weight('W', [32, CLASSES], 5, 0.3), weight('b', [CLASSES], 6, 0.1)];
  value = builder.node('Gemm', [value, ...last]);
  builder.output(builder.node('Softmax', [value], { axis: 1 }, 'y'));
  return serializeModel(builder.build());
}

/** An engine that counts runs in parts. */
function counting(threads: number): { engine: Engine; runs: { parts: number; whole: number } } {
  const inner = createOrtEngine({ threads });
  const runs = { parts: 0, whole: 0 };
  const engine: Engine = {
    ...inner,
    async load(model, options) {
      const session = await inner.load(model, options);
      const { runParts } = session;
      return {
        inputs: session.inputs,
        outputs: session.outputs,
        release: () => session.release(),
        run(feeds, how) {
          runs.whole++;
          return session.run(feeds, how);
        },
        ...(runParts && {
          runParts(feeds, how) {
            runs.parts++;
            return runParts.call(session, feeds, how);
          },
        }),
      };
    },
  };
  return { engine, runs };
}

const ALL = {
  clipNorm: 0.5,
  penalty: true,
  matching: true,
  distillation: { temperature: 2 },
  masks: true,
} as const;

async function trained(threads: number, rows: number, extra: Partial<StepRunnerOptions> = {}) {
  const { engine, runs } = counting(threads);
  const runner = await createStepRunner({
    engine,
    model: convolutions(),
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'adam', epsilon: 1e-3 },
    ...ALL,
    ...extra,
  });
  runner.setPenalty(
    new Map([['W0', { anchor: randomArray(144, 4), importance: randomArray(144, 5).map(Math.abs) }]]),
  );
  runner.setMasks(new Map([['b0', Float32Array.from({ length: 16 }, (_, i) => i % 2)]]));
  const batch = {
    ...clusters(rows, SIDE ** 2, CLASSES, 1),
    teacher: { logits: randomArray(rows * CLASSES, 2), weights: new Float32Array(rows).fill(0.01) },
    remembered: { logits: randomArray(rows * CLASSES, 3), weights: new Float32Array(rows).fill(0.02) },
    penaltyScale: 0.1,
  };
  const losses: number[] = [];
  let logits = new Float32Array();
  for (let step = 0; step < 8; step++) {
    const result = await runner.run(batch, 0.01);
    losses.push(result.loss, result.labelLoss);
    logits = Float32Array.from(result.logits);
  }
  const values = [...(await runner.values()).values()].flatMap((array) => [...array]);
  const { peakMemoryMb } = runner;
  await runner.release();
  return { losses, logits, values, runs, peakMemoryMb };
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? 0));
    assert.ok(
      gap <= tolerance * Math.max(1, Math.abs(expected[i] ?? 0)),
      `${i}: ${actual[i]}, ${expected[i]}`,
    );
  }
}

test('rows in parts make the same steps as rows together, whatever else is in the loss', async () => {
  // 63 does not divide.
  const [whole, parts] = [await trained(1, 63), await trained(3, 63)];
  assert.deepEqual(whole.runs, { parts: 0, whole: 8 });
  assert.deepEqual(parts.runs, { parts: 8, whole: 0 });
  assertClose(parts.losses, whole.losses, 1e-5);
  assertClose(parts.logits, whole.logits, 1e-4);
  assertClose(parts.values, whole.values, 1e-4);
  assert.ok(parts.peakMemoryMb > whole.peakMemoryMb, 'gradients of the parts count');
});

test('the same threads give the same bytes', async () => {
  const [first, second] = [await trained(2, 40), await trained(2, 40)];
  assert.deepEqual(first.values, second.values);
  assert.deepEqual(first.losses, second.losses);
});

test('small batches, counted memory and products of matrices go through as one', async () => {
  assert.deepEqual((await trained(2, 4)).runs, { parts: 0, whole: 8 });
  assert.equal((await trained(2, 64, { maxMemoryMb: 64 })).runs.parts, 0);
  const { engine, runs } = counting(2);
  const model = mlp({ sizes: [64, 1024, 1024, 3], hidden: 'Relu', head: 'Softmax' });
  const runner = await createStepRunner({
    engine,
    model,
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'adam' },
  });
  await runner.run(clusters(128, 64, 3, 1), 0.01);
  assert.deepEqual(runs, { parts: 0, whole: 1 });
  await runner.release();
});
