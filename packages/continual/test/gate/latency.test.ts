import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Engine, type EngineSession, findHead } from '@driftloop/autodiff';
import { parseModel } from '@driftloop/onnx';
import { measureLatency } from '../../src/gate/latency.ts';
import { createMlp } from '../../src/index.ts';

const WIDTH = 2;
const modelOf = (hidden: number) =>
  createMlp({ inputs: WIDTH, hidden: [hidden], task: 'regression', classes: 0, seed: 1 });
const models = { live: modelOf(4), candidate: modelOf(5) };

/** An engine of sessions that take as long as they are told. */
function scripted(durationOf: (model: 'live' | 'candidate', run: number) => number) {
  const runs: { readonly model: string; readonly rows: number }[] = [];
  const released: string[] = [];
  let time = 1_000;
  const load = async (bytes: Uint8Array): Promise<EngineSession> => {
    const model = bytes === models.live ? 'live' : 'candidate';
    const output = findHead(parseModel(bytes)).output;
    let count = 0;
    return {
      inputs: ['x'],
      outputs: [output],
      async run(feeds, options) {
        const rows = feeds.x!.dims[0]!;
        assert.deepEqual(options?.fetches, [output]);
        time += durationOf(model, count++);
        runs.push({ model, rows });
        return { [output]: { type: 'float32', dims: [rows, 1], data: new Float32Array(rows) } };
      },
      async release() {
        released.push(model);
      },
    };
  };
  const engine: Engine = {
    name: 'scripted',
    device: 'cpu',
    load,
    createState: () => assert.fail('nothing trains'),
  };
  return { engine, runs, released, now: () => time };
}

test('the two take turns over the same rows, 64 at most, and each has its median', async () => {
  // Run 0 takes 20 ms, run 1 19 ms, … run 20 none; the candidate takes ten times as long, and once
  // for ever.
  const scene = scripted((model, run) => (model === 'live' ? 20 - run : run === 3 ? 1e9 : 10 * run));
  const features = new Float32Array(100 * WIDTH);
  const found = await measureLatency(scene.engine, models, features, WIDTH, scene.now);
  assert.deepEqual(found, { liveLatencyMs: 10, latencyMs: 110 });
  assert.equal(scene.runs.length, 42);
  assert.ok(
    scene.runs.every(({ model, rows }, i) => rows === 64 && model === (i % 2 === 0 ? 'live' : 'candidate')),
  );
  assert.deepEqual(scene.released, ['live', 'candidate']);
});

test('fewer rows than 64 are all measured', async () => {
  const scene = scripted(() => 1);
  await measureLatency(scene.engine, models, new Float32Array(7 * WIDTH), WIDTH, scene.now);
  assert.ok(scene.runs.every(({ rows }) => rows === 7));
});

test('both models are released when one of them fails', async () => {
  const scene = scripted((model) => {
    if (model === 'candidate') throw new RangeError('it cannot be run');
    return 1;
  });
  await assert.rejects(
    measureLatency(scene.engine, models, new Float32Array(2 * WIDTH), WIDTH, scene.now),
    RangeError,
  );
  assert.deepEqual(scene.released, ['live', 'candidate']);
});
