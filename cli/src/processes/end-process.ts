import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './is-alive.ts';

const POLL_MS = 50;

/** Asks a process to end and kills it past the deadline; resolves when it is gone. */
export async function endProcess(pid: number, timeoutMs: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) process.kill(pid, 'SIGKILL');
    await sleep(POLL_MS);
  }
}
