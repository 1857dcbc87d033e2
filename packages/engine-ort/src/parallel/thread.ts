import { Worker } from 'node:worker_threads';
import type { EngineTensor } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { firstLine, runFailure } from '../failure.ts';
import type { PartOrder, PartReply } from './messages.ts';

type Outputs = Readonly<Record<string, EngineTensor>>;

/** A thread that carries out orders one after another. It does not keep the process alive. */
export interface PartThread {
  /** Rejects with the thread's own error message, or when the thread has ended. */
  ask(order: PartOrder): Promise<Outputs>;
}

const threads: (PartThread & { readonly ended: boolean })[] = [];

/**
 * Threads of this process, started when they are first asked for and kept: loading ONNX Runtime
 * takes longer than many a run.
 */
export function partThreads(count: number): PartThread[] {
  for (let i = 0; i < count; i++) if (threads[i] === undefined || threads[i]?.ended) threads[i] = start();
  return threads.slice(0, count);
}

function start(): PartThread & { readonly ended: boolean } {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  const waiting: { resolve(outputs: Outputs): void; reject(error: Error): void }[] = [];
  let ended: Error | undefined;
  const end = (error: Error) => {
    ended ??= threadEnded(error);
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  worker.on('message', (reply: PartReply) => {
    const asked = waiting.shift();
    if (waiting.length === 0) worker.unref();
    if ('failure' in reply) asked?.reject(new Error(reply.failure));
    else asked?.resolve(reply.outputs);
  });
  worker.once('error', end);
  worker.once('messageerror', end);
  worker.once('exit', (code) => end(new Error(`code ${code}`)));
  worker.unref();
  return {
    get ended() {
      return ended !== undefined;
    },
    ask(order) {
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        // Answers come in the order of the orders: one that could not be sent must not wait for an
        // answer.
        worker.postMessage(order);
        worker.ref();
        waiting.push({ resolve, reject });
      });
    },
  };
}

/**
 * A thread that ran out of memory says so, and smaller parts may do; any other end is no fault of
 * the graph.
 */
function threadEnded(cause: Error): DriftloopError {
  return 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? runFailure(cause)
    : new DriftloopError('TRAINING_FAILED', `a training thread ended: ${firstLine(cause)}`, { cause });
}
