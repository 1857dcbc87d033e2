import type { Clock } from './clock.ts';

/** Milliseconds that a computation may take at a time; a heartbeat is due every few seconds. */
const LONGEST_MS = 25;

/**
 * Lets the process answer others while it computes for long. Heartbeats go out from the same
 * thread: on a busy machine a batch that is computed in one go can outlast the lease on its
 * partition, is begun again, and outlasts that one too.
 */
export interface Turns {
  /** Whether it has computed for long by now: then await `give`. */
  isDue(): boolean;
  give(): Promise<void>;
}

/** Begins to count. */
export function createTurns(clock: Pick<Clock, 'monotonicMs' | 'sleep'>): Turns {
  let since = clock.monotonicMs();
  return {
    isDue: () => clock.monotonicMs() - since >= LONGEST_MS,
    async give() {
      await clock.sleep(0);
      since = clock.monotonicMs();
    },
  };
}
