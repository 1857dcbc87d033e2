import { Worker } from 'node:worker_threads';
import type { SessionCommand, SessionReply, SessionSettings } from './protocol.ts';
import type { SessionEvents, SessionProcess } from './session-process.ts';

/** What goes to a thread. */
export interface ThreadMessage {
  readonly command: SessionCommand;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/**
 * Starts a thread that does what a session process does, at less cost; for models that need no
 * process of their own.
 */
export function startSessionThread(settings: SessionSettings, events: SessionEvents): SessionProcess {
  const worker = new Worker(new URL('./thread-main.ts', import.meta.url), { workerData: settings });
  let problem = 'its thread has ended';
  worker.on('message', ({ reply, payload }: { reply: SessionReply; payload: Uint8Array<ArrayBuffer> }) =>
    events.onReply(reply, payload),
  );
  worker.once('error', (error) => {
    problem = `its thread has ended (${error instanceof Error ? error.message : String(error)})`;
  });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      events.onEnd({ code: 'RUNTIME_CRASHED', reason: problem });
      resolve();
    });
  });
  return {
    pid: process.pid,
    send(command, payload) {
      // A copy: rows that fail are asked for again, and a view may be a part of more.
      const copy = payload.slice();
      const message: ThreadMessage = { command, payload: copy };
      worker.postMessage(message, [copy.buffer]);
    },
    async kill() {
      await worker.terminate();
      await gone;
    },
  };
}
