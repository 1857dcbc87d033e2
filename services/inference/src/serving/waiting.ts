import type { Clock } from '@driftloop/service';

/** Those who wait for a model to be servable. */
export interface Waiting {
  /** Resolves at the next wake, or after some milliseconds. */
  forAtMost(ms: number): Promise<void>;
  wake(): void;
}

export function createWaiting(clock: Pick<Clock, 'sleep'>): Waiting {
  const waiting = new Set<() => void>();
  return {
    forAtMost: (ms) =>
      new Promise<void>((resolve) => {
        const woken = new AbortController();
        const wake = () => {
          woken.abort();
          waiting.delete(wake);
          resolve();
        };
        void clock.sleep(ms, woken.signal).then(wake);
        waiting.add(wake);
      }),
    wake() {
      for (const wake of waiting) wake();
    },
  };
}
