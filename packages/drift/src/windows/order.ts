import type { DriftSketch } from '@driftloop/schemas';
import type { InputFacts } from './input-facts.ts';
import type { ModelFold, PartitionClock, QueuedChunk, ReducerState } from './state.ts';

/**
 * Takes note of partitions that the input topic has by now, which no drift service may have heard
 * of yet: whatever lies on them waits to be read, and comes before what is later in the log.
 */
export function knowPartitions<C>(
  state: ReducerState<C>,
  { topicId, ends }: Pick<InputFacts, 'topicId' | 'ends'>,
): void {
  if (topicId === '' || state.topicId === '' || topicId === state.topicId)
    state.partitions = Math.max(state.partitions, ends.length);
}

/**
 * Takes note of how far a partition has been read: nothing before `clock` comes any more, of no
 * model.
 */
export function advanceClock<C>(state: ReducerState<C>, partition: number, clock: PartitionClock): void {
  const known = state.clocks.get(partition);
  state.clocks.set(partition, {
    end: Math.max(known?.end ?? 0, clock.end),
    time: Math.max(known?.time ?? Number.MIN_SAFE_INTEGER, clock.time),
  });
  knowPartition(state, partition);
}

/**
 * Takes note of a chunk's log time. What comes after it on its partition of its own model has none
 * before that (see `enqueue`). Of other models only notes say how far the partition has been read:
 * a chunk may be one that no drift service wrote, and what is wrong with one model must not have
 * the rows of another take their turn in another order. Where the partition's notes are on the
 * sketch log only, for want of room, there is nothing else to go by.
 */
export function hear<C>(state: ReducerState<C>, { partition, logTime, leftOut }: QueuedChunk): void {
  // What was refused says nothing.
  if (leftOut === undefined)
    state.heard.set(partition, Math.max(state.heard.get(partition) ?? logTime, logTime));
  knowPartition(state, partition);
}

/**
 * How many partitions there are only a note says: until then a chunk may have others before it that
 * nobody has heard of.
 */
function knowPartition<C>(state: ReducerState<C>, partition: number): void {
  if (state.partitions > 0) state.partitions = Math.max(state.partitions, partition + 1);
}

/**
 * Nothing more comes on any partition that there is room for: what waits for others takes its turn.
 */
export function readToTheEnd<C>(state: ReducerState<C>): void {
  for (const { queue } of state.models.values())
    for (const partition of queue.keys()) state.partitions = Math.max(state.partitions, partition + 1);
  const end = Number.MAX_SAFE_INTEGER;
  for (let partition = 0; partition < state.partitions; partition++)
    if (!state.left.has(partition)) advanceClock(state, partition, { end, time: end });
}

/**
 * Log time that every partition has been read up to.
 * @param fold of a model. @default all models
 */
export function readUpTo<C>(state: ReducerState<C>, fold?: ModelFold<C>): number {
  const { partitions } = state;
  let least = partitions === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let partition = 0; partition < partitions; partition++)
    least = Math.min(least, timeOf(state, partition, fold));
  return least;
}

/** Log time that what comes of a partition has at least; -Infinity where nobody has heard of it. */
function timeOf<C>({ clocks, heard, left }: ReducerState<C>, partition: number, fold?: ModelFold<C>): number {
  const noted = clocks.get(partition)?.time ?? Number.NEGATIVE_INFINITY;
  if (!fold) return noted;
  const newest = fold.queue.get(partition)?.at(-1) ?? fold.partitions.get(partition);
  const own = Math.max(noted, newest?.logTime ?? Number.NEGATIVE_INFINITY);
  return left.has(partition) ? Math.max(own, heard.get(partition) ?? own) : own;
}

/**
 * Whether a chunk was taken before: services that start again, and those that do not know yet that
 * they were replaced, repeat themselves.
 */
export function isKnown<C>(fold: ModelFold<C>, { partition, chunkStart }: DriftSketch): boolean {
  const last = fold.queue.get(partition)?.at(-1);
  return chunkStart < (last?.chunkEnd ?? fold.partitions.get(partition)?.end ?? 0);
}

/**
 * Puts a chunk into its model's queue, with its partition's log time held so that it never falls.
 *
 * @returns false for one that was taken before
 */
export function enqueue<C>(fold: ModelFold<C>, sketch: QueuedChunk): boolean {
  if (isKnown(fold, sketch)) return false;
  const { partition } = sketch;
  const waiting = fold.queue.get(partition) ?? [];
  const logTime = Math.max(
    sketch.logTime,
    waiting.at(-1)?.logTime ?? fold.partitions.get(partition)?.logTime ?? 0,
  );
  waiting.push({ ...sketch, logTime });
  fold.queue.set(partition, waiting);
  countVersions(fold.queuedVersions, sketch, 1);
  return true;
}

/**
 * The chunk whose turn it is: the first of all by (log time, partition, offset), once every other
 * partition has been read past it.
 *
 * @returns undefined while another partition may still bring one that comes before it
 */
export function nextChunk<C>(state: ReducerState<C>, fold: ModelFold<C>): QueuedChunk | undefined {
  let first: QueuedChunk | undefined;
  for (const [head] of fold.queue.values()) if (head && (!first || isBefore(head, first))) first = head;
  if (!first || state.partitions === 0) return undefined;
  for (let partition = 0; partition < state.partitions; partition++) {
    if (partition === first.partition) continue;
    if (!isBefore(first, { logTime: timeOf(state, partition, fold), partition })) return undefined;
  }
  return first;
}

/** Takes the chunk out of its queue. */
export function dequeue<C>(fold: ModelFold<C>, { partition }: DriftSketch): void {
  const waiting = fold.queue.get(partition);
  const chunk = waiting?.shift();
  if (chunk) countVersions(fold.queuedVersions, chunk, -1);
  if (waiting?.length === 0) fold.queue.delete(partition);
}

/** Takes all chunks out of their queue. */
export function dequeueAll<C>({ queue, queuedVersions }: ModelFold<C>): void {
  queue.clear();
  queuedVersions.clear();
}

/** Counts a chunk's windows by version. @param by 1 for a chunk that comes, -1 for one that goes */
export function countVersions(
  counts: Map<number, number>,
  { windows }: Pick<DriftSketch, 'windows'>,
  by: 1 | -1,
): void {
  for (const { version } of windows) {
    const count = (counts.get(version) ?? 0) + by;
    if (count === 0) counts.delete(version);
    else counts.set(version, count);
  }
}

type Turn = Pick<DriftSketch, 'logTime' | 'partition'>;

/** Of different partitions; within one, chunks are in the order of their offsets. */
function isBefore(a: Turn, b: Turn): boolean {
  return (a.logTime - b.logTime || a.partition - b.partition) < 0;
}
