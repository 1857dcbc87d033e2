import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineState, float32, recordProgram } from '@driftloop/autodiff';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createOrtEngine } from '../src/index.ts';

const engine = createOrtEngine();

/** x ← x·s */
const scale = recordProgram(['x'], ['s'], (math, value) => ({
  writes: { x: math.multiply(value('x'), value('s')) },
}));

/** total' = total + x. */
function summing(): Uint8Array {
  const builder = new GraphBuilder({ name: 'summing' });
  builder.input('x', 'float32', [2]);
  builder.input('total', 'float32', [2]);
  builder.output(builder.node('Add', ['total', 'x'], {}, 'next'));
  return serializeModel(builder.build());
}

function states(): EngineState {
  return engine.createState([
    { name: 'total', dims: [2], initial: Float32Array.of(1, 2) },
    { name: 'aside', dims: [3], initial: Float32Array.of(5, 6, 7) },
  ]);
}

const values = async (state: EngineState, name: string) => [...(await state.read(name))];

test('sessions, kernels, reads and writes see the same values, in place or not', async () => {
  const x = float32(Float32Array.of(10, 20), [2]);
  for (const inPlace of [[], ['total']]) {
    const session = await engine.load(summing(), { updates: { total: 'next' }, inPlace });
    const state = states();
    await session.run({ x }, { state });
    const kernel = state.compile?.(scale, ['total']);
    assert.ok(kernel);
    assert.deepEqual(await values(state, 'total'), [11, 22], 'moved with its value');
    kernel.run({ x: 'total' }, { s: 2 });
    assert.deepEqual(await values(state, 'total'), [22, 44]);
    const before = await state.read('total');
    await session.run({ x }, { state });
    assert.deepEqual(await values(state, 'total'), [32, 64]);
    kernel.run({ x: 'total' }, { s: 0.5 });
    assert.deepEqual(await values(state, 'total'), [16, 32]);
    await session.run({ x }, { state });
    await session.run({ x }, { state });
    kernel.run({ x: 'total' }, { s: 2 });
    assert.deepEqual(await values(state, 'total'), [72, 144]);
    state.write('total', Float32Array.of(-1, 1));
    kernel.run({ x: 'total' }, { s: 3 });
    await session.run({ x }, { state });
    assert.deepEqual(await values(state, 'total'), [7, 23]);
    assert.deepEqual([...before], [22, 44], 'what was read stays as it was');
    assert.deepEqual(await values(state, 'aside'), [5, 6, 7]);
    assert.throws(() => state.write('total', new Float32Array(3)), { code: 'GRAPH_INVALID' });
    state.release();
    await session.release();
  }
});

test('entries that come later move the memory, not the values', async () => {
  const session = await engine.load(summing(), { updates: { total: 'next' } });
  const x = float32(Float32Array.of(1, 1), [2]);
  const state = states();
  const first = state.compile?.(scale, ['total']);
  first?.run({ x: 'total' }, { s: 2 });
  const large = new Float32Array(1_000_000).fill(3);
  state.ensure([{ name: 'large', dims: [1000, 1000], initial: large }]);
  const second = state.compile?.(scale, ['aside', 'large', 'total', 'large']);
  second?.run({ x: 'large' }, { s: 3 });
  first?.run({ x: 'total' }, { s: 2 });
  await session.run({ x }, { state });
  assert.deepEqual(await values(state, 'total'), [5, 9]);
  assert.deepEqual(await values(state, 'aside'), [5, 6, 7]);
  assert.ok((await state.read('large')).every((value) => value === 9));
  assert.ok(
    large.every((value) => value === 3),
    'what was given is not written to',
  );
  state.release();
  await session.release();
});

test('where SIMD or memory is missing nothing is compiled and nothing is lost', async (context) => {
  const validate = context.mock.method(WebAssembly, 'validate', () => false);
  const state = states();
  assert.equal(state.compile?.(scale, ['total']), undefined);
  assert.equal(validate.mock.callCount(), 1);
  validate.mock.restore();
  context.mock.method(WebAssembly.Memory.prototype, 'grow', () => {
    throw new RangeError('no room');
  });
  assert.equal(state.compile?.(scale, ['total']), undefined);
  assert.deepEqual(await values(state, 'total'), [1, 2]);
});

test('state that lies on another device leaves updates to graphs', () => {
  assert.equal(createOrtEngine({ device: 'webgpu' }).createState([]).compile, undefined);
});
