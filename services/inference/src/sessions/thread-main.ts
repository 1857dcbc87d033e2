/**
 * The thread that owns ONNX Runtime's sessions of models that no request can make take long, much
 * memory, or crash.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createSessions } from './carry-out.ts';
import type { ThreadMessage } from './session-thread.ts';

const carryOut = createSessions(workerData, { begin: () => undefined, end: () => undefined });

parentPort?.on('message', ({ command, payload }: ThreadMessage) => {
  void carryOut(command, payload).then(({ reply, numbers }) => {
    const size = numbers.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const joined = new Uint8Array(size);
    let at = 0;
    for (const part of numbers) {
      joined.set(part, at);
      at += part.byteLength;
    }
    parentPort?.postMessage({ reply, payload: joined }, [joined.buffer]);
  });
});
