import { Worker } from 'node:worker_threads';
import type { RunResult, SessionCommand, SessionReply, SessionRequest, SessionSettings } from './protocol.ts';

/** A worker thread as the main thread sees it. */
export interface SessionWorker {
  /** Rejects with the worker's message when the command failed. The features of a run and the file of a model are gone from this thread. */
  send(command: SessionCommand): Promise<RunResult | undefined>;
  close(): Promise<void>;
}

/**
 * Starts a worker thread.
 *
 * @param onCrash called when the thread has ended by itself; commands in hand are rejected
 */
export function startSessionWorker(
  settings: SessionSettings,
  onCrash: (error: Error) => void,
): SessionWorker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings });
  const waiting = new Map<
    number,
    { resolve: (result: RunResult | undefined) => void; reject: (error: Error) => void }
  >();
  let nextId = 0;
  let closing = false;
  const end = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    if (!closing) onCrash(error);
    closing = true;
  };

  worker.on('message', ({ id, result, error }: SessionReply) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  worker.once('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.once('exit', (code) => end(new Error(`the inference thread ended with code ${code}`)));

  return {
    send: (command) =>
      new Promise((resolve, reject) => {
        if (closing) return reject(new Error('the inference thread has ended'));
        const request: SessionRequest = { id: nextId++, command };
        waiting.set(request.id, { resolve, reject });
        worker.postMessage(request, handedOver(command));
      }),
    async close() {
      closing = true;
      await worker.terminate();
    },
  };
}

/** Copying a large model, or every batch, would hold up this thread; nobody here needs them any more. */
function handedOver(command: SessionCommand): ArrayBuffer[] {
  if (command.kind === 'run') return [command.features.buffer];
  if (command.kind !== 'load') return [];
  const { buffer, byteLength } = command.model.onnx;
  // A small file may share its memory with others.
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
