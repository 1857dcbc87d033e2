import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Ending, endingOf } from './ending.ts';
import { createFrameReader, writeFrame } from './frames.ts';
import type { SessionCommand, SessionReply, SessionSettings } from './protocol.ts';

/** A session process as the service sees it, from its start to its end. */
export interface SessionProcess {
  readonly pid: number | undefined;
  send(command: SessionCommand, payload: Uint8Array): void;
  /** Ends it at once. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** What a session process tells. */
export interface SessionEvents {
  onReply(reply: SessionReply, payload: Uint8Array<ArrayBuffer>): void;
  /** Once, when it is gone and everything that it said has been told. */
  onEnd(ending: Ending): void;
}

const MAIN = fileURLToPath(new URL('./session-main.ts', import.meta.url));

/** Starts a process. It ends by itself when this one does, whatever it is doing then. */
export function startSessionProcess(settings: SessionSettings, events: SessionEvents): SessionProcess {
  const child = spawn(
    process.execPath,
    ['--no-warnings', MAIN, JSON.stringify(settings), String(process.pid)],
    // What ONNX Runtime or Node print when they die belongs into the service's log.
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] },
  );
  const stream = child.stdio[3] as Duplex;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      // Not a process at all.
      if (child.pid !== undefined) return;
      events.onEnd({ code: 'RUNTIME_CRASHED', reason: `its process cannot be started (${error.message})` });
      resolve();
    });
    child.once('close', (code, signal) => {
      if (child.pid === undefined) return;
      events.onEnd(endingOf(code, signal, settings));
      resolve();
    });
  });
  stream.on(
    'data',
    createFrameReader(({ head, payload }) => events.onReply(head as SessionReply, payload)),
  );
  // That it is gone is told by its end.
  stream.on('error', () => {});
  return {
    pid: child.pid,
    send: (command, payload) => writeFrame(stream, command, [payload]),
    kill() {
      child.kill('SIGKILL');
      return gone;
    },
  };
}
