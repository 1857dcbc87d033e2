import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStepRunner, type StepRunner } from '@driftloop/autodiff';
import { allocateRows, concatRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { createSampleArms } from '../../src/bandit/sample-arms.ts';
import { createWeightArms } from '../../src/bandit/weight-arms.ts';
import { createMlp, emptyMemory, type ReplayMemory } from '../../src/index.ts';
import { bandit } from '../../src/strategies/bandit.ts';
import { engine } from '../fixtures.ts';
import { rowsOfTask } from '../strategies/tasks.ts';

async function withRunner<T>(model: Uint8Array, work: (runner: StepRunner) => Promise<T>): Promise<T> {
  const terms = bandit.terms?.(bandit.settings) ?? assert.fail();
  const runner = await createStepRunner({
    engine,
    model,
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'sgd' },
    ...terms,
  });
  try {
    return await work(runner);
  } finally {
    await runner.release();
  }
}

/** Runs that left so many rows each. */
function memoryOf(...runs: LabelledRows[]): ReplayMemory {
  const origins = runs.flatMap(({ rows }, run) => Array<number>(rows).fill(run + 1));
  return {
    ...emptyMemory(2, origins.length),
    rows: concatRows(runs, 2),
    origins: Uint32Array.from(origins),
    runs: runs.length,
  };
}

/** Rows that teach nothing: they have no features, and as many of either label. */
function emptyRows(rows: number): LabelledRows {
  const data = allocateRows(rows, 2);
  data.labels.forEach((_, row) => {
    data.labels[row] = row % 2;
  });
  return data;
}

test('remembered rows are grouped by run and by how badly they are answered; an arm gives each once before any again', () => {
  const memory = memoryOf(...[10, 12, 14, 16, 18, 20].map((rows) => emptyRows(rows)));
  const arms = createSampleArms(memory, createRandom(1));
  assert.equal(arms.count, 12, 'four windows of three bands');
  const losses = Float64Array.from({ length: 90 }, (_, row) => (row * 37) % 90);
  arms.reband(losses);
  const groups = Array.from({ length: 12 }, (_, arm) => {
    const size = new Set(arms.draw(arm, 90)).size;
    const drawn = arms.draw(arm, size);
    assert.equal(new Set(drawn).size, size);
    return Array.from(drawn);
  });
  assert.deepEqual(
    groups.flat().toSorted((a, b) => a - b),
    Array.from({ length: 90 }, (_, row) => row),
  );
  for (let window = 0; window < 4; window++) {
    const bands = groups.slice(3 * window, 3 * window + 3).map((rows) => rows.map((row) => losses[row]!));
    assert.ok(Math.max(...bands[0]!) < Math.min(...bands[1]!));
    assert.ok(Math.max(...bands[1]!) < Math.min(...bands[2]!));
    const origins = new Set(
      groups.slice(3 * window, 3 * window + 3).flatMap((rows) => rows.map((row) => memory.origins[row]!)),
    );
    // Six runs in four windows: neighbours share one, and no run is in two.
    assert.ok(origins.size <= 2 && Math.max(...origins) - Math.min(...origins) <= 1, [...origins].join());
  }
});

test('a weight arm lets its own weights move and no other, and none rests when everything is chosen again', async () => {
  const model = createMlp({ inputs: 2, hidden: [6], task: 'binary', classes: 2, seed: 1 });
  await withRunner(model, async (runner) => {
    const arms = createWeightArms(runner);
    // Everything, two layers, three groups of neurons.
    assert.equal(arms.shares.length, 6);
    const data = rowsOfTask(0, 64, 1, 'binary');
    const batch = {
      rows: 64,
      features: data.features,
      labels: data.labels,
      weights: new Float32Array(64).fill(1 / 64),
      penaltyScale: 0,
      remembered: { logits: new Float32Array(128), weights: new Float32Array(64).fill(1 / 64) },
    };
    const movedBy = async (arm: number) => {
      arms.choose(arm);
      const before = new Map([...(await runner.values())].map(([name, values]) => [name, values.slice()]));
      await runner.run(batch, 0.1);
      const moved: string[] = [];
      for (const [name, values] of await runner.values())
        values.forEach((value, i) => {
          if (value !== before.get(name)![i]) moved.push(`${name}/${i}`);
        });
      return new Set(moved);
    };
    const everything = await movedBy(0);
    const [hidden, output, ...groups] = [
      await movedBy(1),
      await movedBy(2),
      await movedBy(3),
      await movedBy(4),
      await movedBy(5),
    ];
    assert.ok(hidden.size > 0 && [...hidden].every((name) => name.startsWith('hidden0/')));
    assert.ok(output.size > 0 && [...output].every((name) => name.startsWith('output/')));
    groups.forEach((moved, group) => {
      const own = [...moved].filter((name) => name.startsWith('hidden0/'));
      assert.ok(own.length > 0 && own.length < hidden.size, `${own.length} of group ${group}`);
      // A weight [inputs, 6] and its bias [6]: the neuron is the last axis of either.
      for (const name of own) assert.equal((Number(name.split('/').at(-1)) % 6) % 3, group, name);
      assert.ok([...moved].some((name) => name.startsWith('output/')));
    });
    assert.deepEqual(await movedBy(0), everything);
  });
});
