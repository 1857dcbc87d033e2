import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { partThreads } from '../../src/parallel/thread.ts';

// In a file of its own: it ends the threads that other tests would use.
test('a thread that ends fails what it was asked, and another takes its place', {
  timeout: 60_000,
}, async () => {
  let started: Worker | undefined;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function spied(this: Worker, message: unknown) {
    started = this;
    return post.call(this, message);
  };
  const order = { kind: 'release', session: 1 } as const;
  const [thread] = partThreads(1);
  await thread?.ask(order);
  Worker.prototype.postMessage = post;
  // ONNX Runtime is asked for nothing: what it throws in a thread that ends would end the process.
  const ended = started?.terminate();
  const asked = thread?.ask(order);
  const failed = assert.rejects(asked ?? Promise.resolve(), {
    code: 'TRAINING_FAILED',
    message: /a training thread ended/,
  });
  await ended;
  await failed;
  await assert.rejects(thread?.ask(order) ?? Promise.resolve(), { code: 'TRAINING_FAILED' });
  assert.deepEqual(await partThreads(1)[0]?.ask(order), {});
});
