import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('watchdog.sh', import.meta.url));

/** Makes sure that processes do not outlive this one, however it ends. */
export interface Watchdog {
  watch(pid: number): void;
  forget(pid: number): void;
  /** Ends the watchdog without ending what it watched. */
  release(): void;
}

/** Starts a watchdog. `removeFolder` is a temporary folder to remove after an unclean end. */
export function startWatchdog(removeFolder?: string): Watchdog {
  // Its own session: Ctrl-C in a terminal reaches this process, which stops the parts in order, and
  // not the watchdog.
  const child = spawn('/bin/sh', [SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const input = child.stdin;
  // A watchdog that was killed must not take the owner down with EPIPE: the parts are also recorded
  // in the state file.
  input.on('error', () => undefined);
  child.on('error', () => undefined);
  child.unref();
  if ('unref' in input && typeof input.unref === 'function') input.unref();
  const tell = (line: string): void => void input.write(`${line}\n`);
  if (removeFolder !== undefined) tell(`folder ${removeFolder}`);
  return {
    watch: (pid) => tell(`watch ${pid}`),
    forget: (pid) => tell(`forget ${pid}`),
    release: () => void input.end('release\n'),
  };
}
