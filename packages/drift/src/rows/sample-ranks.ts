import { BLOCK_OFFSETS } from '../chunks/cut.ts';

/** Numbers the rows of a partition for tests that look at a sample of them. */
export interface SampleRanks {
  /**
   * Rows of the same model and window that came before this one in its block of offsets. Call it
   * for each row, in their order.
   */
  next(offset: number, model: string, windowStart: number): number;
}

/**
 * Starts with a partition. A row's rank depends on where it lies in the log alone, not on how the
 * log's time cuts chunks; a reader that begins a block earlier knows as much as one that was there
 * from the start.
 */
export function createSampleRanks(): SampleRanks {
  const models = new Map<string, Map<number, number>>();
  let block = -1;
  return {
    next(offset, model, windowStart) {
      const own = Math.floor(offset / BLOCK_OFFSETS);
      if (own !== block) models.clear();
      block = own;
      const windows = models.get(model) ?? new Map<number, number>();
      models.set(model, windows);
      const rank = windows.get(windowStart) ?? 0;
      windows.set(windowStart, rank + 1);
      return rank;
    },
  };
}
