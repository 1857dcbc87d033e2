import { DriftloopError } from '@driftloop/errors';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import type { Clock } from '@driftloop/service';

/** A record that has just been folded. */
export type FoldedRecord =
  | { readonly topic: 'model.specs'; readonly value: ModelSpec }
  | { readonly topic: 'model.events'; readonly value: ModelEvent };

/** Those who wait for something to come out of the log. */
export interface Waiters {
  /**
   * Resolves when `holds` does: asked at once (with undefined) and after every record.
   *
   * @throws DriftloopError KAFKA_UNAVAILABLE (retriable) when it does not within the given time
   */
  wait(what: string, timeoutMs: number, holds: (record: FoldedRecord | undefined) => boolean): Promise<void>;
  /** Tells all who wait about a record. */
  wake(record: FoldedRecord): void;
}

/** Creates an empty set of waiters. */
export function createWaiters(clock: Pick<Clock, 'sleep'>): Waiters {
  const waiting = new Set<(record: FoldedRecord) => void>();
  return {
    wake(record) {
      for (const look of waiting) look(record);
    },
    wait(what, timeoutMs, holds) {
      if (holds(undefined)) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const come = new AbortController();
        const look = (record: FoldedRecord) => {
          if (!holds(record)) return;
          come.abort();
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void clock.sleep(timeoutMs, come.signal).then(() => {
          if (come.signal.aborted) return;
          waiting.delete(look);
          const message = `${what} did not come from Kafka within ${timeoutMs / 1000} s. Is the broker reachable?`;
          reject(new DriftloopError('KAFKA_UNAVAILABLE', message));
        });
      });
    },
  };
}
