/** Whether a reader has come to where a topic ended when it began. */
export interface Arrival {
  /** Resolves when it has; rejects with the error that ended it before. */
  readonly done: Promise<void>;
  isOver(): boolean;
  /**
   * Everything of a partition before `next` has been handed over, or is not kept any more and need
   * not be.
   */
  passed(partition: number, next: number): void;
  fail(error: unknown): void;
}

/**
 * @param low first offsets that are read, by partition
 * @param high ends of the partitions when the reader began
 */
export function awaitArrival(low: ReadonlyMap<number, number>, high: ReadonlyMap<number, number>): Arrival {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const behind = new Set(
    [...high].filter(([partition, end]) => end > (low.get(partition) ?? 0)).map(([p]) => p),
  );
  let over = behind.size === 0;
  if (over) resolve();
  return {
    done: promise,
    isOver: () => over,
    passed(partition, next) {
      if (next >= (high.get(partition) ?? 0)) behind.delete(partition);
      if (behind.size > 0) return;
      over = true;
      resolve();
    },
    fail: reject,
  };
}
