/** A thread that runs graphs beside its parent, on parameters in memory that they share. */
import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { SharedTensor } from '../shared-tensor.ts';
import { hostTensor, ortTensor } from '../tensors.ts';
import type { PartOrder, PartReply, PartRun } from './messages.ts';

const sessions = new Map<number, InferenceSession>();
let queue = Promise.resolve();
parentPort?.on('message', (order: PartOrder) => {
  queue = queue.then(async () => parentPort?.postMessage(await carryOut(order)));
});

async function carryOut(order: PartOrder): Promise<PartReply> {
  try {
    return { outputs: await outputsOf(order) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

async function outputsOf(order: PartOrder) {
  switch (order.kind) {
    case 'load':
      sessions.set(order.session, await InferenceSession.create(order.model, order.options));
      return {};
    case 'release':
      await sessions.get(order.session)?.release();
      sessions.delete(order.session);
      return {};
    case 'run':
      return run(order);
  }
}

async function run({ session, feeds, memory, state, targets, fetches }: PartRun) {
  const inputs: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(feeds)) inputs[name] = ortTensor(name, tensor);
  for (const entry of state) inputs[entry.name] = sharedTensor(memory, entry);
  const wanted: Record<string, Tensor | null> = {};
  for (const name of fetches) wanted[name] = null;
  for (const target of targets) wanted[target.name] = sharedTensor(memory, target);
  const results = await sessions.get(session)?.run(inputs, wanted);
  return Object.fromEntries(fetches.map((name) => [name, hostTensor(name, results?.[name])]));
}

function sharedTensor(memory: SharedArrayBuffer, { address, dims }: SharedTensor): Tensor {
  const length = dims.reduce((count, dim) => count * dim, 1);
  return new Tensor('float32', new Float32Array(memory, address, length), dims);
}
