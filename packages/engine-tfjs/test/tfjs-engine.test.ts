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
