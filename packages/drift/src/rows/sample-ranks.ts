import { BLOCK_OFFSETS } from '../chunks/cut.ts';

/** Numbers the rows of a partition for tests that look at a sample of them. */
export interface SampleRanks {
  /**
   * Rows of the same model and window that came before this one in its block of offsets. Call it
   * for each row, in their order.
   */
  next(offset: number, model: string, windowStart: number): number;
}

/** The rows of a model and window so far. */
interface Counter {
  readonly model: string;
  readonly windowStart: number;
  rank: number;
}

/**
 * Starts with a partition. A row's rank depends on where it lies in the log alone, not on how the
 * log's time cuts chunks; a reader that begins a block earlier knows as much as one that was there
 * from the start.
 */
export function createSampleRanks(): SampleRanks {
  const models = new Map<string, Map<number, Counter>>();
  let block = -1;
  /** The counter of the row before: rows mostly come in the order of their windows. */
  let last: Counter | undefined;
  return {
    next(offset, model, windowStart) {
      const own = Math.floor(offset / BLOCK_OFFSETS);
      if (own !== block) {
        models.clear();
        last = undefined;
      }
      block = own;
      if (last?.windowStart === windowStart && last.model === model) return last.rank++;
      const windows = models.get(model) ?? new Map<number, Counter>();
      models.set(model, windows);
      last = windows.get(windowStart) ?? { model, windowStart, rank: 0 };
      windows.set(windowStart, last);
      return last.rank++;
    },
  };
}
