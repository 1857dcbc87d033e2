import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphOf, parseModel, tensorToFloat32 } from '@driftloop/onnx';
import {
  addAdapters,
  createMlp,
  decodeMemory,
  emptyMemory,
  encodeMemory,
  predict,
  type TrainResult,
  train,
} from '../../src/index.ts';
import { engine, lineStream, specOf } from '../fixtures.ts';

const mlp = createMlp({ inputs: 2, hidden: [16], task: 'binary', classes: 2, seed: 1 });

/**
 * Learns lines at the given angles, one after another, and passes memories through bytes as an
 * artifact does.
 */
async function learnLines(strategy: string, model: Uint8Array, angles: readonly number[]) {
  const results: TrainResult[] = [];
  let memory = emptyMemory(2, 100);
  let file = model;
  for (const [run, angle] of angles.entries()) {
    const result = await train({
      engine,
      model: file,
      spec: specOf('binary', 2, 2),
      data: lineStream(600, angle, run + 1, 0, run * 1000),
      memory,
      strategy,
      budget: { maxSeconds: 60, maxSteps: 10_000 },
      seed: run,
      now: () => 0,
      recipe: { epochs: 10, batchSize: 32, learningRate: 0.02, halfLifeRows: 0, start: 'go on' },
    });
    file = result.model;
    memory = decodeMemory(encodeMemory(result.memory));
    results.push(result);
  }
  return results;
}

async function accuracyAt(model: Uint8Array, angle: number): Promise<number> {
  const data = lineStream(1000, angle, 99);
  const { outputs } = await predict(engine, model, data.features, 2);
  let right = 0;
  for (let row = 0; row < data.rows; row++)
    if (Number(outputs[2 * row + 1]! > 0.5) === data.labels[row]) right++;
  return right / data.rows;
}

for (const [strategy, model] of [
  ['what-and-how', mlp],
  ['adapters', addAdapters(mlp, { seed: 2 })],
] as const) {
  test(`${strategy} recognises a domain that comes back, across restarts, and takes a new one for new`, async () => {
    const results = await learnLines(strategy, model, [0, Math.PI, 0, Math.PI]);
    assert.deepEqual(
      results.map(({ metrics }) => [metrics.recognised, metrics.domains]),
      [
        [0, 1],
        [0, 2],
        [1, 2],
        [1, 2],
      ],
    );
    assert.ok((await accuracyAt(results[2]!.model, 0)) > 0.95);
    assert.ok((await accuracyAt(results[3]!.model, Math.PI)) > 0.95);
  });
}

for (const [strategy, model] of [
  ['what-and-how', mlp],
  ['adapters', addAdapters(mlp, { seed: 2 })],
] as const) {
  test(`${strategy} is back at its old answers within a few steps, where naive has to learn anew`, async () => {
    const [, second] = await learnLines(strategy, model, [0, Math.PI]);
    const budget = { maxSeconds: 60, maxSteps: 4 };
    const again = { data: lineStream(600, 0, 9, 0, 9000), budget, seed: 5, now: () => 0 };
    const recipe = { start: 'go on' as const, batchSize: 32 };
    const from = { model: second!.model, memory: second!.memory };
    const common = { engine, spec: specOf('binary', 2, 2), recipe, ...again, ...from };
    const fast = await train({ ...common, strategy });
    const slow = await train({ ...common, strategy: 'naive' });
    assert.ok((await accuracyAt(fast.model, 0)) > 0.9);
    assert.ok((await accuracyAt(slow.model, 0)) < 0.5, 'four steps are not enough without it');
  });
}

test('what-and-how tells after how many steps it had recovered, of a domain that came back alone', async () => {
  const [first, second, third] = await learnLines('what-and-how', mlp, [0, Math.PI, 0]);
  assert.equal(first!.metrics.recoverySteps, undefined, 'nothing to recover at first');
  assert.equal(second!.metrics.recoverySteps, undefined, 'a new domain is not recovered');
  assert.ok(third!.metrics.recoverySteps! <= 3, `${third!.metrics.recoverySteps} steps`);
});

test('no more domains are kept than asked for, the oldest go first', async () => {
  const angles = [0, Math.PI, Math.PI / 2, -Math.PI / 2, Math.PI / 4, 0];
  const results = await learnLines('what-and-how', mlp, angles);
  const { memory, metrics } = results.at(-1)!;
  assert.equal(metrics.domains, 4);
  assert.equal(metrics.recognised, 0, 'the first domain was forgotten');
  assert.equal(memory.state.get('what-and-how/losses')?.length, 4);
});

test('adapters leave the base as it was after the first run', async () => {
  const [first, second] = await learnLines('adapters', mlp, [0, Math.PI]);
  const hidden = (model: Uint8Array) => {
    const tensors = new Map(graphOf(parseModel(model)).initializer.map((tensor) => [tensor.name, tensor]));
    return ['hidden0/weight', 'output/weight'].map((name) => Array.from(tensorToFloat32(tensors.get(name)!)));
  };
  const [baseWas, headWas] = hidden(first!.model);
  const [baseIs, headIs] = hidden(second!.model);
  assert.deepEqual(baseIs, baseWas);
  assert.notDeepEqual(headIs, headWas);
});
