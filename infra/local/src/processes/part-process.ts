import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PartCommand } from './part-command.ts';
import type { Watchdog } from './watchdog.ts';

/** A log beyond this is put aside at the next start; one older log is kept. */
const LOG_LIMIT_BYTES = 8 * 1024 * 1024;

/** Variables that change how a child Node runs and that belong to this process only. */
const OWN_VARIABLES = ['NODE_OPTIONS', 'NODE_TEST_CONTEXT', 'NODE_V8_COVERAGE'];

/** A part that was started by this process. */
export interface PartProcess {
  readonly pid: number;
  readonly log: string;
  /** Set once it has ended. */
  readonly ending: () => { code: number | null; signal: string | null } | undefined;
  onEnd(listener: () => void): void;
}

/**
 * Starts a part in its own session (a Ctrl-C in the terminal is for the owner, which stops the
 * parts in order) with its output appended to `log`. It does not keep this process alive.
 */
export async function startPartProcess(
  { command, args, env }: PartCommand,
  folder: string,
  log: string,
  watchdog?: Watchdog,
): Promise<PartProcess> {
  mkdirSync(dirname(log), { recursive: true });
  mkdirSync(folder, { recursive: true });
  if (existsSync(log) && statSync(log).size > LOG_LIMIT_BYTES) renameSync(log, `${log}.1`);
  const output = openSync(log, 'a');
  const inherited = { ...process.env };
  for (const name of OWN_VARIABLES) delete inherited[name];
  let child: ChildProcess;
  try {
    child = spawn(command, args, {
      cwd: folder,
      env: { ...inherited, ...env },
      stdio: ['ignore', output, output],
      detached: true,
    });
  } finally {
    closeSync(output);
  }
  const pid = child.pid;
  if (pid === undefined) {
    throw await new Promise<Error>((resolve) => child.once('error', resolve));
  }
  watchdog?.watch(pid);
  child.unref();
  let ended: { code: number | null; signal: string | null } | undefined;
  child.once('exit', (code, signal) => {
    ended = { code, signal };
    watchdog?.forget(pid);
  });
  return { pid, log, ending: () => ended, onEnd: (listener) => void child.once('exit', listener) };
}

/** The last lines of a log from byte `from` on, for an error message. */
export function logTail(log: string, from: number, lines = 12): string {
  const text = readFileSync(log).subarray(from).toString('utf8').trimEnd();
  return text.split('\n').slice(-lines).join('\n');
}

/** The size of a log now; 0 when it does not exist. */
export function logSize(log: string): number {
  return existsSync(log) ? statSync(log).size : 0;
}
