import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';

/** How long a process is tried to be had again before what waits for it is given up. */
const RESTART_WAIT_MS = 15_000;

/** What is started again. */
export interface Restarted {
  /** Rejects where it does not come up. */
  start(): Promise<void>;
  /** Up, or not wanted any more. */
  isSettled(): boolean;
  /** Ends what a failed start has left. */
  kill(): Promise<unknown> | undefined;
  giveUp(reason: string): void;
}

/** @returns starts it again until it is up; does nothing while that is under way */
export function createRestart({ start, isSettled, kill, giveUp }: Restarted): () => void {
  let isRestarting = false;
  const untilUp = async () => {
    // What is asked for in this very moment goes along.
    await Promise.resolve();
    const since = performance.now();
    for (let attempt = 1; !isSettled(); attempt++) {
      try {
        await start();
        return;
      } catch (error) {
        await kill();
        if (performance.now() - since > RESTART_WAIT_MS) {
          giveUp(`its process does not come back (${error instanceof Error ? error.message : error})`);
          return;
        }
        await sleep(backOffMs(attempt), undefined, { ref: false });
      }
    }
  };
  return () => {
    if (isRestarting) return;
    isRestarting = true;
    void untilUp().finally(() => {
      isRestarting = false;
    });
  };
}
