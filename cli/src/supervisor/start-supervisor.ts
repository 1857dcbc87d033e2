import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { logReason } from '@driftloop/local';
import type { SupervisorMessage, SupervisorOptions, UpMessage } from './messages.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** How a start went. */
export type Outcome =
  | { readonly type: 'up' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly error: DriftloopError };

/** A supervisor at work, seen from the `up` that waits for it. */
export interface StartingSupervisor {
  readonly pid: number;
  readonly outcome: Promise<Outcome>;
  /** Asks it to end what it has begun. */
  cancel(): void;
  /** Lets this process end without it. */
  leave(): void;
}

/** Where the supervisor of a data folder logs to. */
export function supervisorLog(dataDir: string): string {
  return join(dataDir, 'logs', 'supervisor.log');
}

/** Starts a supervisor that outlives this process. */
export function startSupervisor(
  options: SupervisorOptions,
  onMessage: (message: SupervisorMessage) => void,
): StartingSupervisor {
  const log = supervisorLog(options.dataDir);
  mkdirSync(join(options.dataDir, 'logs'), { recursive: true });
  const output = openSync(log, 'a');
  const logFrom = fstatSync(output).size;
  const child = spawn(process.execPath, [MAIN, JSON.stringify(options)], {
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    // A session of its own: Ctrl-C in the terminal is for `up`, which tells it what to end.
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  return {
    pid: child.pid ?? 0,
    outcome: outcomeOf(child, log, logFrom, onMessage),
    cancel: () => void (child.connected && child.send({ type: 'cancel' } satisfies UpMessage)),
    leave() {
      if (child.connected) child.disconnect();
      child.unref();
    },
  };
}

function outcomeOf(
  child: ChildProcess,
  log: string,
  logFrom: number,
  onMessage: (message: SupervisorMessage) => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    child.on('message', (message: SupervisorMessage) => {
      onMessage(message);
      if (message.type === 'up' || message.type === 'cancelled') resolve({ type: message.type });
      if (message.type === 'failed')
        resolve({ type: 'failed', error: new DriftloopError(message.code, message.message) });
    });
    child.once('exit', (code, signal) => {
      const reason = logReason(log, logFrom);
      const message = `The supervisor ended with ${signal ?? `code ${code}`}${reason === '' ? '' : `: ${reason}`}. Its log is ${log}`;
      resolve(
        code === 0
          ? { type: 'cancelled' }
          : { type: 'failed', error: new DriftloopError('LOCAL_START_FAILED', message) },
      );
    });
  });
}
