import type { Clock } from '@driftloop/service';
import { backOffMs } from '../back-off.ts';

/** Does something again some time after it has failed. */
export interface RetryLater {
  /** Takes the place of what was planned before. @param failures in a row */
  plan(failures: number): void;
  cancel(): void;
}

export function createRetryLater(
  clock: Pick<Clock, 'sleep'>,
  run: () => Promise<void>,
  onBug: (error: unknown) => void,
): RetryLater {
  let planned = new AbortController();
  return {
    plan(failures) {
      planned.abort();
      planned = new AbortController();
      const { signal } = planned;
      void clock
        .sleep(backOffMs(failures), signal)
        .then(() => (signal.aborted ? undefined : run()))
        .catch(onBug);
    },
    cancel: () => planned.abort(),
  };
}
