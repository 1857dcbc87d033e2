import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createTfjsEngine } from '../src/index.ts';

test('an operator that the engine does not have is named when the graph is loaded', async () => {
  const builder = new GraphBuilder({ name: 'sum' });
  builder.input('x', 'float32', ['batch', 3]);
  builder.output(builder.node('CumSum', ['x', builder.int(1)], {}, 'y'));
  const engine = await createTfjsEngine({ backend: 'cpu' });
  await assert.rejects(
    engine.load(serializeModel(builder.build())),
    /node y \(CumSum\) is not in engine-tfjs/,
  );
});

test('a backend that is not installed is named with what to do', async () => {
  await assert.rejects(createTfjsEngine({ backend: 'node-gpu' }), /tfjs-node-gpu.*docs\/gpu\.md/);
});

test('missing values are told from others', async () => {
  const builder = new GraphBuilder({ name: 'missing' });
  builder.input('x', 'float32', ['batch', 3]);
  const missing = builder.node('IsNaN', ['x'], {}, 'missing');
  builder.output(builder.node('Where', [missing, builder.float(7), 'x'], {}, 'y'));
  for (const backend of ['cpu', 'wasm'] as const) {
    const session = await (await createTfjsEngine({ backend })).load(serializeModel(builder.build()));
    const { y } = await session.run({
      x: { type: 'float32', dims: [1, 3], data: Float32Array.of(1, Number.NaN, -2) },
    });
    assert.deepEqual(y?.data, Float32Array.of(1, 7, -2), backend);
  }
});
