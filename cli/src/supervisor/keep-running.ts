import { setTimeout as sleep } from 'node:timers/promises';
import { decideRestart, type End } from './restart-policy.ts';

/** What keeps one thing running. */
export interface KeepOptions {
  /** Runs it until it ends. The first call may find it running already. */
  run(onReady: () => void): Promise<End>;
  onReady(): void;
  /** It ended, and will be started again after so long. */
  onRestart(end: End, afterMs: number): void;
  /** It ended, and is left so. */
  onGiveUp(end: End): void;
  /** Ends the waiting and the restarts; not what runs. */
  readonly signal: AbortSignal;
}

/**
 * Runs something again each time it ends, with back-off; resolves when it is given up or told to
 * stop.
 */
export async function keepRunning({ run, onReady, onRestart, onGiveUp, signal }: KeepOptions): Promise<void> {
  let inARow = 0;
  while (!signal.aborted) {
    const end = await run(onReady);
    if (signal.aborted) return;
    const decision = decideRestart(inARow, end);
    if (decision.action === 'giveUp') {
      onGiveUp(end);
      return;
    }
    inARow = decision.inARow;
    onRestart(end, decision.afterMs);
    await sleep(decision.afterMs, undefined, { signal }).catch(() => undefined);
  }
}
