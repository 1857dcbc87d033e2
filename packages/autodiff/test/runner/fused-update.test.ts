import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import fc from 'fast-check';
import type { Engine } from '../../src/engine.ts';
import { createStepRunner } from '../../src/runner/create-step-runner.ts';
import { createFusedUpdate } from '../../src/runner/fused-update.ts';
import type { StepRunner, StepRunnerOptions } from '../../src/runner/step-runner.ts';
import { stateName } from '../../src/step/names.ts';
import type { Optimizer } from '../../src/training-options.ts';
import { graphOnly } from '../graph-only.ts';
import { clusters, mlp, randomArray } from '../small-models.ts';
import { referenceOptimizer } from '../step/reference.ts';

const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  adam: { kind: 'adam' },
  'adam with L2': { kind: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.05 },
  adamw: { kind: 'adamw' },
  'adamw without decay': { kind: 'adamw', weightDecay: 0 },
  sgd: { kind: 'sgd' },
  'sgd with L2': { kind: 'sgd', weightDecay: 0.1 },
  momentum: { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
  nesterov: { kind: 'sgd', momentum: 0.9, nesterov: true },
};

const engine = createOrtEngine();
/** Odd sizes: 35, 5, 15 and 3 values. */
const model = mlp({ sizes: [7, 5, 3], hidden: 'Tanh', head: 'Softmax' });
const data = clusters(60, 7, 3, 1);
const mask = Float32Array.from({ length: 35 }, (_, i) => (i % 3) / 2);

function create(on: Engine, options: Partial<StepRunnerOptions>): Promise<StepRunner> {
  const optimizer: Optimizer = { kind: 'adam' };
  return createStepRunner({ engine: on, model, loss: 'softmaxCrossEntropy', optimizer, ...options });
}

/**
 * Fails when values of the same name are further apart than float32 rounding over some steps
 * explains.
 */
function assertClose(
  actual: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, ArrayLike<number>>,
) {
  assert.deepEqual([...actual.keys()], [...expected.keys()]);
  for (const [name, values] of actual) {
    values.forEach((value, i) => {
      const other = expected.get(name)?.[i] ?? Number.NaN;
      assert.ok(
        Math.abs(value - other) <= 2e-5 * (1 + Math.abs(other)),
        `${name}[${i}]: ${value}, not ${other}`,
      );
    });
  }
}

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  for (const extra of [
    {},
    { clipNorm: 0.3 },
    { masks: true },
    { masks: true, clipNorm: 0.3, microBatch: 17 },
  ]) {
    test(`kernels and graphs agree over 50 steps: ${name} ${JSON.stringify(extra)}`, async () => {
      const options = { ...extra, optimizer };
      const [fused, inGraph] = [await create(engine, options), await create(graphOnly(engine), options)];
      const before = await fused.values();
      for (const runner of [fused, inGraph]) if (extra.masks) runner.setMasks(new Map([['W0', mask]]));
      for (let step = 0; step < 50; step++) {
        const [a, b] = [await fused.run(data, 0.01), await inGraph.run(data, 0.01)];
        assert.ok(Math.abs(a.loss - b.loss) <= 1e-5 * b.loss, `step ${step}: losses ${a.loss} and ${b.loss}`);
      }
      const after = await fused.values();
      assertClose(after, await inGraph.values());
      for (const [parameter, values] of after) assert.notDeepEqual(values, before.get(parameter));
      await fused.release();
      await inGraph.release();
    });
  }
}

const rates = fc.double({ min: 0, max: 0.95, noNaN: true });
const decays = fc.constantFrom(0, 0.01, 0.2);
const optimizers: fc.Arbitrary<Optimizer> = fc.oneof(
  fc.record({
    kind: fc.constant('sgd' as const),
    momentum: rates,
    nesterov: fc.boolean(),
    weightDecay: decays,
  }),
  fc.record({
    kind: fc.constantFrom('adam' as const, 'adamw' as const),
    beta1: rates,
    beta2: fc.double({ min: 0.8, max: 0.999, noNaN: true }),
    epsilon: fc.constantFrom(1e-3, 1e-5),
    weightDecay: decays,
  }),
);

test('an update is that of the paper in float64, whatever the lengths, options and gradients', async () => {
  const cases = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 37 }), { minLength: 1, maxLength: 4 }),
    optimizer: optimizers,
    clipNorm: fc.option(fc.double({ min: 0.01, max: 10, noNaN: true }), { nil: undefined }),
    seed: fc.nat(1000),
    scale: fc.constantFrom(1e-3, 1, 30),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ lengths, optimizer, clipNorm, seed, scale }) => {
      const parameters = lengths.map((length, i) => ({
        name: `p${i}`,
        dims: [length],
        initial: randomArray(length, seed + i),
      }));
      const state = engine.createState(parameters);
      const update = createFusedUpdate(state, parameters, {
        loss: 'softmaxCrossEntropy',
        optimizer,
        clipNorm,
      });
      assert.ok(update);
      const expected = parameters.map(({ initial }) => Float64Array.from(initial));
      const reference = referenceOptimizer(optimizer, clipNorm);
      for (let step = 1; step <= 5; step++) {
        const gradients = lengths.map((length, i) => randomArray(length, seed + 10 * step + i, scale));
        gradients.forEach((gradient, i) => {
          state.write(stateName('gradient', `p${i}`), gradient);
        });
        update.apply(step, 0.01);
        reference(
          expected,
          gradients.map((gradient) => Float64Array.from(gradient)),
          0.01,
        );
      }
      const actual = new Map<string, Float32Array>();
      for (const { name } of parameters) actual.set(name, await state.read(name));
      assertClose(actual, new Map(expected.map((values, i) => [`p${i}`, values])));
      state.release();
    }),
    { numRuns: 150 },
  );
});

test('the same steps give the same bits', async () => {
  const options = { clipNorm: 0.3, masks: true };
  const [one, other] = [await create(engine, options), await create(engine, options)];
  for (let step = 0; step < 20; step++) {
    assert.deepEqual(await one.run(data, 0.01), await other.run(data, 0.01));
  }
  assert.deepEqual(await one.snapshot(), await other.snapshot());
  await one.release();
  await other.release();
});

test('values that are set, and snapshots of either path, are what steps go on from', async () => {
  const [fused, inGraph] = [await create(engine, {}), await create(graphOnly(engine), {})];
  for (let step = 0; step < 5; step++) await fused.run(data, 0.01);
  const snapshot = await fused.snapshot();
  assert.deepEqual(
    [...snapshot.tensors.keys()].filter((name) => name.startsWith('train/')).sort(),
    ['W0', 'W1', 'b0', 'b1'].flatMap((name) => [stateName('adam_m', name), stateName('adam_v', name)]).sort(),
    'moments, and no gradients',
  );
  inGraph.restore(snapshot);
  const halves = new Map(
    [...(await fused.values())].map(([name, values]) => [name, values.map((v) => v / 2)]),
  );
  for (const runner of [fused, inGraph]) {
    runner.setValues(halves);
    for (let step = 0; step < 5; step++) await runner.run(data, 0.01);
  }
  assertClose(await fused.values(), await inGraph.values());
  fused.restore(await inGraph.snapshot());
  assert.deepEqual(await fused.values(), await inGraph.values());
  assert.deepEqual(await fused.model(), await inGraph.model());
  for (const runner of [fused, inGraph]) {
    runner.resetOptimizer();
    await runner.run(data, 0.01);
  }
  assertClose(await fused.values(), await inGraph.values());
  await fused.release();
  await inGraph.release();
});

test('gradients that are not finite reach the parameters', async () => {
  const runner = await create(engine, { optimizer: { kind: 'sgd' } });
  await runner.apply(new Map([['b0', Float32Array.of(0, Number.NaN, 0, 0, Number.POSITIVE_INFINITY)]]), 1);
  const bias = (await runner.values()).get('b0');
  assert.ok(Number.isFinite(bias?.[0]) && Number.isNaN(bias?.[1]));
  assert.equal(bias?.[4], Number.NEGATIVE_INFINITY);
  await runner.release();
});

test('parameters that share a gradient both move', async () => {
  const builder = new GraphBuilder({ name: 'tied' });
  builder.initializer(float32Tensor('W', [7, 3], randomArray(21, 1)));
  builder.initializer(float32Tensor('a', [3], randomArray(3, 2)));
  builder.initializer(float32Tensor('b', [3], randomArray(3, 3)));
  const sum = builder.node('Add', ['a', 'b']);
  const product = builder.node('MatMul', [builder.input('x', 'float32', ['batch', 7]), 'W']);
  builder.output(builder.node('Add', [product, sum], {}, 'y'));
  const tied = { model: serializeModel(builder.build()), trainable: () => true };
  const [fused, inGraph] = [await create(engine, tied), await create(graphOnly(engine), tied)];
  const before = await fused.values();
  assert.deepEqual([...before.keys()].sort(), ['W', 'a', 'b']);
  for (const runner of [fused, inGraph]) {
    for (let step = 0; step < 5; step++) await runner.run(data, 0.05);
  }
  assertClose(await fused.values(), await inGraph.values());
  const after = await fused.values();
  const moved = (name: string) => (after.get(name)?.[0] ?? 0) - (before.get(name)?.[0] ?? 0);
  assert.ok(Math.abs(moved('a')) > 0.01 && Math.abs(moved('a') - moved('b')) < 1e-6);
  await fused.release();
  await inGraph.release();
});

test('path integrals stay in one graph', () => {
  const options = { loss: 'softmaxCrossEntropy', optimizer: { kind: 'adam' }, pathIntegral: true } as const;
  const state = engine.createState([]);
  assert.equal(createFusedUpdate(state, [], options), undefined);
  assert.deepEqual(state.names, []);
});
