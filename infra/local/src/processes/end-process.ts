import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isSameProcess, type ProcessIdentity } from './identity.ts';

/** How long a process may take to end by itself before it is killed. */
const GRACE_MS = 10_000;

/**
 * Asks a process to end (SIGTERM), waits, and kills it (SIGKILL) when it has not ended after
 * `graceMs`. Resolves once it is gone; a process that is already gone, or whose pid now belongs to
 * another one, is left alone.
 */
export async function endProcess(target: number | ProcessIdentity, graceMs = GRACE_MS): Promise<void> {
  const recorded = typeof target === 'number' ? identityOf(target) : target;
  if (recorded === undefined || !isSameProcess(recorded)) return;
  signal(recorded.pid, 'SIGTERM');
  if (await ended(recorded, graceMs)) return;
  signal(recorded.pid, 'SIGKILL');
  await ended(recorded, 5_000);
}

async function ended(recorded: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isSameProcess(recorded)) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
