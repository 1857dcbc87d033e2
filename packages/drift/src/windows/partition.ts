import type { DriftSketch, InputPosition } from '@driftloop/schemas';
import { unwrapSketch } from '../sketch/envelope.ts';
import { addStep } from './bounds.ts';
import type { ContentKind, Contribution, ModelFold, PartitionFold } from './state.ts';

/** Whether a record says nothing new: the same chunk no further, or an earlier chunk. Zombies and restarts write such. */
export function isRepeated<C>(partition: PartitionFold<C> | undefined, sketch: DriftSketch): boolean {
  if (!partition) return false;
  if (sketch.chunkStart !== partition.chunkStart) return sketch.chunkStart < partition.chunkStart;
  if (sketch.chunkEnd !== partition.chunkEnd) return sketch.chunkEnd < partition.chunkEnd;
  return !sketch.idle || partition.idle;
}

/**
 * Takes a record into its partition and the open windows. Rows are late when their window had closed by this partition's own
 * watermark before the chunk, or has closed altogether; whatever order partitions are read in, the first is the same.
 */
export function takeChunk<C>(
  fold: ModelFold<C>,
  sketch: DriftSketch,
  kind: ContentKind<C>,
  allowedLatenessMs: number,
): void {
  const partition = fold.partitions.get(sketch.partition) ?? newPartition<C>();
  fold.partitions.set(sketch.partition, partition);
  const isSameChunk = partition.chunkStart === sketch.chunkStart;
  const before = isSameChunk ? partition.current : [];
  if (!isSameChunk) {
    for (const contribution of partition.current) settle(fold, contribution, kind);
    partition.maxBefore = partition.max;
  }
  const ownEnd = partition.maxBefore < 0 ? -1 : partition.maxBefore - allowedLatenessMs;
  const known = new Map(before.map((contribution) => [identityOf(contribution), contribution]));
  let late = 0;
  partition.current = sketch.windows.map((window): Contribution<C> => {
    const { lengthMs, bytes } = unwrapSketch(window.sketch);
    const end = window.start + lengthMs;
    const contribution: Contribution<C> = {
      start: window.start,
      end,
      key: sketch.signal === 'data' ? window.layout : String(window.version),
      version: window.version,
      n: window.n,
      content: undefined,
    };
    const isLate = end <= ownEnd || end <= fold.closedEnd;
    if (isLate) late += window.n - (known.get(identityOf(contribution))?.n ?? 0);
    else contribution.content = kind.decode(bytes, window.version);
    return contribution;
  });
  for (const { start, end, content } of partition.current) {
    if (content !== undefined) openWindow(fold, start, end);
  }
  partition.chunkStart = sketch.chunkStart;
  partition.chunkEnd = sketch.chunkEnd;
  partition.idle = sketch.idle;
  if (sketch.windows.length > 0) partition.max = Math.max(partition.max, sketch.maxEventTime);
  addStep(partition, { chunkEnd: sketch.chunkEnd, maxEventTime: partition.max, late });
}

/**
 * The event time that all input has passed. Each of `partitions` partitions holds it back until it has been heard of; one that is idle
 * does not.
 */
export function watermarkOf<C>(fold: ModelFold<C>, partitions: number, allowedLatenessMs: number): number {
  let slowest = Number.POSITIVE_INFINITY;
  let fastest = -1;
  let heard = 0;
  for (const [index, partition] of fold.partitions) {
    if (index < partitions) heard++;
    fastest = Math.max(fastest, partition.max);
    if (!partition.idle) slowest = Math.min(slowest, partition.max);
  }
  if (heard < partitions) return -1;
  return (slowest === Number.POSITIVE_INFINITY ? fastest : slowest) - allowedLatenessMs;
}

/**
 * How far each partition had been read when its own watermark first passed `end`; an idle one as far as it had been read at all.
 * Counts the late rows up to there, and forgets the steps before. Independent of how partitions were interleaved.
 */
export function passWindow<C>(
  fold: ModelFold<C>,
  end: number,
  allowedLatenessMs: number,
): { through: InputPosition[]; late: number } {
  const through: InputPosition[] = [];
  let late = 0;
  for (const [index, partition] of [...fold.partitions].sort(([a], [b]) => a - b)) {
    const passed = partition.steps.findIndex((step) => step.maxEventTime - allowedLatenessMs >= end);
    const position = passed < 0 ? partition.steps.length - 1 : passed;
    for (const step of partition.steps.slice(0, position + 1)) {
      late += step.late;
      step.late = 0;
    }
    partition.steps.splice(0, position);
    const offset = passed < 0 ? partition.chunkEnd : (partition.steps[0]?.chunkEnd ?? partition.chunkEnd);
    through.push({ partition: index, offset });
  }
  return { through, late };
}

/** The window of these bounds, opened if it is not. */
export function openWindow<C>(fold: ModelFold<C>, start: number, end: number) {
  const key = `${start}/${end}`;
  const known = fold.windows.get(key);
  if (known) return known;
  const window = { start, end, groups: new Map() };
  fold.windows.set(key, window);
  return window;
}

/** Adds rows to a group of a map. */
export function mergeInto<C, G extends { version: number; n: number; content: C }>(
  groups: Map<string, G>,
  group: G & { readonly key: string },
  kind: ContentKind<C>,
): G {
  const known = groups.get(group.key);
  if (!known) {
    groups.set(group.key, group);
    return group;
  }
  known.content = kind.merge(known.content, group.content);
  known.n += group.n;
  known.version = Math.max(known.version, group.version);
  return known;
}

/** A finished chunk's rows become part of the window. */
function settle<C>(fold: ModelFold<C>, contribution: Contribution<C>, kind: ContentKind<C>): void {
  const { start, end, key, version, n, content } = contribution;
  if (content === undefined) return;
  mergeInto(openWindow(fold, start, end).groups, { key, version, n, content }, kind);
}

function newPartition<C>(): PartitionFold<C> {
  return { chunkStart: -1, chunkEnd: -1, maxBefore: -1, max: -1, idle: false, current: [], steps: [] };
}

function identityOf(contribution: { start: number; end: number; key: string }): string {
  return `${contribution.start}/${contribution.end}/${contribution.key}`;
}
