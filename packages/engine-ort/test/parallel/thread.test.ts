import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { partThreads } from '../../src/parallel/thread.ts';

function identity(): Uint8Array {
  const builder = new GraphBuilder({ name: 'identity' });
  builder.input('x', 'float32', ['n', 2]);
  builder.output(builder.node('Identity', ['x'], {}, 'y'));
  return serializeModel(builder.build());
}

// The limit only ends a test that would wait for ever.
test('an order that cannot be sent is refused, and the next ones get their own answers', {
  timeout: 60_000,
}, async () => {
  const [thread] = partThreads(1);
  assert.ok(thread);
  const load = { kind: 'load', session: 900, model: identity() } as const;
  const options = { extra: { unsendable: () => undefined } };
  await assert.rejects(thread.ask({ ...load, options }), /could not be cloned/);
  assert.deepEqual(await thread.ask({ ...load, options: {} }), {});
  const outputs = await thread.ask({
    kind: 'run',
    session: 900,
    feeds: { x: { type: 'float32', dims: [1, 2], data: Float32Array.of(3, 4) } },
    memory: new SharedArrayBuffer(8),
    state: [],
    targets: [],
    fetches: ['y'],
  });
  assert.deepEqual([...(outputs.y?.data ?? [])], [3, 4]);
  await thread.ask({ kind: 'release', session: 900 });
});

test('a model that a thread cannot load is refused by it, and the thread goes on', async () => {
  const [thread] = partThreads(1);
  assert.ok(thread);
  const broken = { kind: 'load', session: 901, model: Uint8Array.of(1, 2, 3), options: {} } as const;
  await assert.rejects(thread.ask(broken));
  assert.deepEqual(await thread.ask({ ...broken, session: 902, model: identity() }), {});
  await thread.ask({ kind: 'release', session: 902 });
});
