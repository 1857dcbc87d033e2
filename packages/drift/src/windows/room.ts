import type { QueuedChunk, ReducerState } from './state.ts';

/**
 * Chunks that wait for their turn in the memory of one signal, bytes; beyond that one of each input
 * partition. Of sketches of a dozen features it is some thousands.
 */
export const MOST_WAITING_BYTES = 2 ** 21;
/** What a chunk takes beside its sketches and event times, about. */
const CHUNK_BYTES = 300;
const WINDOW_BYTES = 100;
const NUMBER_BYTES = 8;

/** Reads a stretch of the sketch log again for chunks that there was no room for. */
export interface Pass {
  /** Offset of the sketch log at which it begins. */
  readonly from: number;
  /** Input partitions that it is for. */
  readonly partitions: ReadonlySet<number>;
  /** Those of them that there is no more room for. */
  readonly full: Set<number>;
}

/** Where a record lies in the sketch log. */
export interface SketchPlace {
  readonly offset: number;
  /** The pass that it is read in. @default it is read for the first time */
  readonly pass?: Pass;
}

type Room<C> = Pick<ReducerState<C>, 'left' | 'waitingBytes' | 'models'>;

/** What a chunk takes while it waits, bytes, about. */
export function bytesOf({ recent, windows, rows }: Pick<QueuedChunk, 'recent' | 'windows' | 'rows'>): number {
  let bytes = CHUNK_BYTES + NUMBER_BYTES * recent.length + (rows?.length ?? 0);
  for (const { sketch, layout } of windows) bytes += WINDOW_BYTES + sketch.length + layout.length;
  return bytes;
}

/**
 * Whether a record says something of an input partition: one that there is no room for is read no
 * further, and what it brings after that is read when there is.
 */
export function isRead<C>({ left }: Room<C>, partition: number, place: SketchPlace | undefined): boolean {
  const from = left.get(partition);
  if (!place?.pass) return from === undefined;
  const { partitions, full } = place.pass;
  return from !== undefined && partitions.has(partition) && !full.has(partition) && place.offset >= from;
}

/**
 * Whether the chunk may wait in memory. One of each partition may: it says what comes next there.
 * What is left of one that was refused may, too: it has no rows, and what it says is not believed,
 * so its partition is read on.
 */
export function hasRoom<C>(
  state: Room<C>,
  { partition, leftOut }: Pick<QueuedChunk, 'partition' | 'leftOut'>,
  mostBytes: number,
): boolean {
  return leftOut !== undefined || state.waitingBytes < mostBytes || !isWaiting(state, partition);
}

/** Leaves the partition's chunks on the sketch log, from this one on. */
export function leave<C>({ left }: Room<C>, partition: number, { offset, pass }: SketchPlace): void {
  left.set(partition, offset);
  pass?.full.add(partition);
}

/**
 * The pass that is due: a partition is waited for whose chunks are on the log only.
 *
 * @returns undefined while none is
 */
export function passDue<C>(state: Room<C>): Pass | undefined {
  let from = Number.POSITIVE_INFINITY;
  for (const [partition, offset] of state.left)
    if (offset < from && !isWaiting(state, partition)) from = offset;
  if (from === Number.POSITIVE_INFINITY) return undefined;
  const partitions = [...state.left].filter(([, offset]) => offset >= from).map(([partition]) => partition);
  return { from, partitions: new Set(partitions), full: new Set() };
}

/** Whether a pass has nothing more to find up to what it has come to. @param offset the next one */
export function isOver<C>({ left }: Room<C>, { partitions, full }: Pass, offset: number): boolean {
  if (full.size === 0) return false;
  for (const partition of partitions)
    if (!full.has(partition) && (left.get(partition) ?? offset) < offset) return false;
  return true;
}

/**
 * Ends a pass.
 *
 * @param offset the next one that it would have read
 * @param isEnd whether everything has been read that had been before it
 */
export function endPass<C>(
  { left }: Room<C>,
  { partitions, full }: Pass,
  offset: number,
  isEnd: boolean,
): void {
  for (const partition of partitions) {
    const from = left.get(partition);
    if (from === undefined || full.has(partition)) continue;
    if (isEnd) left.delete(partition);
    else left.set(partition, Math.max(from, offset));
  }
}

function isWaiting<C>({ models }: Room<C>, partition: number): boolean {
  for (const { queue } of models.values())
    if (queue.get(partition)?.some(({ leftOut }) => leftOut === undefined)) return true;
  return false;
}
