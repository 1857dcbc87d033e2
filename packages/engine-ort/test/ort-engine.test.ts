import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float32, float32Data } from '@driftloop/autodiff';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { availableDevices, createOrtEngine } from '../src/index.ts';

/** total' = total + x, and y = 2x. */
function summing(): Uint8Array {
  const builder = new GraphBuilder({ name: 'summing' });
  builder.input('x', 'float32', ['n']);
  builder.input('total', 'float32', [2]);
  builder.output(builder.node('Add', ['total', 'x'], {}, 'next'));
  builder.output(builder.node('Add', ['x', 'x'], {}, 'y'));
  return serializeModel(builder.build());
}

const engine = createOrtEngine({ threads: 1 });

test('state is carried from run to run and between sessions', async () => {
  const [first, second] = [
    await engine.load(summing(), { updates: { total: 'next' } }),
    await engine.load(summing(), { updates: { total: 'next' } }),
  ];
  const initial = Float32Array.of(10, 20);
  const state = engine.createState([{ name: 'total', dims: [2], initial }]);
  const x = float32(Float32Array.of(1, 2), [2]);
  for (const session of [first, first, second, first]) {
    const outputs = await session.run({ x }, { state });
    assert.deepEqual(Object.keys(outputs), ['y']);
    assert.deepEqual([...float32Data(outputs, 'y')], [2, 4]);
  }
  assert.deepEqual([...(await state.read('total'))], [14, 28]);
  assert.deepEqual([...initial], [10, 20], 'what was given is not written to');

  state.write('total', Float32Array.of(0, 0));
  await first.run({ x }, { state });
  assert.deepEqual([...(await state.read('total'))], [1, 2]);
  state.ensure([
    { name: 'total', dims: [2] },
    { name: 'more', dims: [3] },
  ]);
  assert.deepEqual(state.names, ['total', 'more']);
  assert.deepEqual([...(await state.read('total'))], [1, 2]);
  await first.release();
  await second.release();
});

test('a read value stays as it was when later runs go on', async () => {
  const session = await engine.load(summing(), { updates: { total: 'next' } });
  const state = engine.createState([{ name: 'total', dims: [2] }]);
  const x = float32(Float32Array.of(1, 1), [2]);
  await session.run({ x }, { state });
  const before = await state.read('total');
  for (let run = 0; run < 3; run++) await session.run({ x }, { state });
  assert.deepEqual([...before], [1, 1]);
  await session.release();
});

test('mistakes are named', async () => {
  const session = await engine.load(summing());
  const x = float32(Float32Array.of(1, 2), [2]);
  const total = float32(Float32Array.of(1, 2), [2]);
  const code = 'GRAPH_INVALID';
  await assert.rejects(session.run({ x }), { code, message: /input total is not fed/ });
  await assert.rejects(session.run({ x: float32(Float32Array.of(1), [2]), total }), {
    code,
    message: /input x/,
  });
  await assert.rejects(session.run({ x: float32(new Float32Array(3), [3]), total }), { code });
  await assert.rejects(session.run({ x, total }, { fetches: ['z'] }), { code });
  const updating = await engine.load(summing(), { updates: { total: 'next' } });
  await assert.rejects(updating.run({ x }), { code, message: /updates state/ });
  await assert.rejects(engine.load(Uint8Array.of(1, 2, 3)), { code: 'MODEL_INVALID' });
  const state = engine.createState([{ name: 'total', dims: [2] }]);
  assert.throws(() => state.write('total', new Float32Array(3)), { code, message: /needs 2 values, got 3/ });
  await assert.rejects(state.read('nothing'), { code, message: /nothing; it has total/ });
  assert.throws(() => createOrtEngine({ threads: 0 }), { code: 'CONFIG_INVALID' });
  await session.release();
  await updating.release();
});

test('every device is either available or says why not', async () => {
  const reports = await availableDevices();
  assert.deepEqual(
    reports.map(({ device }) => device),
    ['cpu', 'webgpu', 'cuda'],
  );
  assert.deepEqual(reports[0], { device: 'cpu', available: true });
  for (const { available, reason } of reports) assert.equal(available, reason === undefined);
});
