import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineSession, type EngineState, float32, float32Data } from '@driftloop/autodiff';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createOrtEngine } from '../../src/index.ts';

/** made = Σ over rows of x·w, and y = x·w. */
function weighing(): Uint8Array {
  const builder = new GraphBuilder({ name: 'weighing' });
  builder.input('x', 'float32', ['n', 2]);
  builder.input('w', 'float32', [2]);
  const product = builder.node('Mul', ['x', 'w'], {}, 'y');
  builder.output(builder.node('ReduceSum', [product, builder.int([0])], { keepdims: 0 }, 'next'));
  builder.output('y');
  return serializeModel(builder.build());
}

const engine = createOrtEngine({ threads: 3 });
const load = (parts: number) =>
  engine.load(weighing(), { updates: { made: 'next' }, inPlace: ['made'], parts });
const stateOf = (w: readonly [number, number]) =>
  engine.createState([
    { name: 'w', dims: [2], initial: Float32Array.from(w) },
    { name: 'made', dims: [2] },
  ]);
const rows = (...values: number[]) => ({ x: float32(Float32Array.from(values), [values.length / 2, 2]) });

async function runParts(session: EngineSession, state: EngineState, ...feeds: ReturnType<typeof rows>[]) {
  assert.ok(session.runParts);
  const outputs = await session.runParts(feeds, { state });
  return outputs.map((output) => [...float32Data(output, 'y')]);
}

test('parts read the same state, and what they make of an entry is added', async () => {
  const session = await load(3);
  const state = stateOf([2, 10]);
  assert.deepEqual(await runParts(session, state, rows(1, 1, 2, 2), rows(3, 3), rows(4, 4)), [
    [2, 10, 4, 20],
    [6, 30],
    [8, 40],
  ]);
  assert.deepEqual([...(await state.read('made'))], [20, 100]);

  // A second time: nothing is left over, and what is written is seen by all threads.
  state.write('w', Float32Array.of(1, 0));
  await runParts(session, state, rows(1, 1), rows(5, 5));
  assert.deepEqual([...(await state.read('made'))], [6, 0]);
  await session.run(rows(7, 7), { state });
  assert.deepEqual([...(await state.read('made'))], [7, 0]);
  await session.release();
});

test('states do not mix, and one grows while another is in use', async () => {
  const session = await load(2);
  const states = [stateOf([1, 1]), stateOf([2, 2])];
  for (const state of states) await runParts(session, state, rows(1, 1), rows(2, 2));
  states[0]?.ensure([{ name: 'large', dims: [500_000] }]);
  for (const state of states) await runParts(session, state, rows(1, 1), rows(3, 3));
  assert.deepEqual(await Promise.all(states.map(async (state) => [...(await state.read('made'))])), [
    [4, 4],
    [8, 8],
  ]);
  await session.release();
});

test('a part may be a view of a larger array, which stays as it is', async () => {
  const session = await load(2);
  const all = Float32Array.from({ length: 8 }, (_, i) => i);
  const view = (from: number) => ({ x: float32(all.subarray(from, from + 4), [2, 2]) });
  assert.deepEqual(await runParts(session, stateOf([1, 1]), view(0), view(4)), [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
  assert.equal(all.length, 8, 'what was given is still there');
  await session.release();
});

test('a part that fails says why, and the session goes on', async () => {
  const session = await load(2);
  const state = stateOf([1, 1]);
  const wrong = { x: float32(new Float32Array(3), [1, 3]) };
  for (const feeds of [
    [rows(1, 1), wrong],
    [wrong, rows(1, 1)],
  ]) {
    await assert.rejects(runParts(session, state, ...feeds), { code: 'GRAPH_INVALID', message: /x/ });
  }
  assert.deepEqual(await runParts(session, state, rows(1, 1), rows(2, 2)), [
    [1, 1],
    [2, 2],
  ]);
  const four = Array.from({ length: 4 }, () => rows(1, 1));
  await assert.rejects(runParts(session, state, ...four), {
    code: 'GRAPH_INVALID',
    message: /at most 2 parts/,
  });
  const other = createOrtEngine().createState([]);
  await assert.rejects(runParts(session, other, rows(1, 1), rows(1, 1)), { code: 'GRAPH_INVALID' });
  await session.release();
});

test('a session for one part has none', async () => {
  const session = await load(1);
  assert.equal(session.runParts, undefined);
  await session.release();
});
