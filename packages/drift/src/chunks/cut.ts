/**
 * Input offsets per block: a chunk never reaches from one block into the next, so that what a
 * restart does again is bounded.
 */
export const BLOCK_OFFSETS = 512;

/**
 * Length of a slot of log time, ms: how long a row may wait for its chunk to be complete while
 * traffic goes on.
 */
export const SLOT_MS = 100;

/**
 * Where a chunk lies: in one block of offsets and one slot of log time. A chunk is the longest run
 * of a partition's records within both; a record whose timestamp lies before the slot belongs to it
 * all the same. So where chunks begin and end is decided by the log alone, by whatever reader, at
 * whatever pace, from wherever it began.
 */
export interface Cut {
  readonly block: number;
  readonly slot: number;
}

/**
 * The cut of a chunk that begins with this record.
 * @param logTime the record's Kafka timestamp, epoch ms; negative where it has none
 */
export function cutAt(offset: number, logTime: number): Cut {
  return { block: Math.floor(offset / BLOCK_OFFSETS), slot: Math.floor(logTime / SLOT_MS) };
}

/** Whether a record goes on with the chunk; otherwise it begins the next one. */
export function continues(cut: Cut, offset: number, logTime: number): boolean {
  const next = cutAt(offset, logTime);
  return next.block === cut.block && next.slot <= cut.slot;
}

/**
 * Whether nothing more can come for the chunk.
 *
 * @param nextOffset the offset that is read next
 * @param clock log time up to which the partition has been read, see the drift services' clocks
 */
export function isComplete(cut: Cut, nextOffset: number, clock: number): boolean {
  return Math.floor(nextOffset / BLOCK_OFFSETS) > cut.block || Math.floor(clock / SLOT_MS) > cut.slot;
}
