import { BLOCK_OFFSETS } from './cut.ts';

/** The log time of a partition's records. */
export interface LogTime {
  /**
   * The log time of the next record: its Kafka timestamp, or the largest one of this and the block
   * of offsets before it where that is later. So it does not fall when producers' clocks differ, a
   * wrong one is forgotten, and a reader that begins a block earlier knows as much as one that was
   * there from the start.
   *
   * @param timestamp epoch ms; negative where it is not known
   */
  of(offset: number, timestamp: number): number;
}

/** Starts with a partition. */
export function createLogTime(): LogTime {
  let block = -1;
  let current = 0;
  let before = 0;
  return {
    of(offset, timestamp) {
      const own = Math.floor(offset / BLOCK_OFFSETS);
      if (own !== block) {
        before = own === block + 1 ? current : 0;
        current = 0;
        block = own;
      }
      if (timestamp > current) current = timestamp;
      return Math.max(current, before);
    },
  };
}

/**
 * The offset from which a reader must know the timestamps of a partition's records to go on at an
 * offset.
 */
export function lookBackFrom(offset: number): number {
  return Math.max(0, (Math.floor(offset / BLOCK_OFFSETS) - 1) * BLOCK_OFFSETS);
}
