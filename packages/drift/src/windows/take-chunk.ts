import type { WindowPolicy } from '@driftloop/schemas';
import type { ContentKind } from '../content/content.ts';
import { unwrapSketch } from '../sketch/envelope.ts';
import { takeRows } from './decoded.ts';
import { frontierOf, frontierRuleOf, newest } from './frontier.ts';
import {
  type Group,
  type ModelFold,
  type OpenWindow,
  type PartitionFold,
  type QueuedChunk,
  spanKey,
} from './state.ts';

/**
 * Takes a chunk into the windows. Rows are late when their window has closed, however far ahead
 * single rows of their partition have been.
 */
export function takeChunk<C>(
  fold: ModelFold<C>,
  sketch: QueuedChunk,
  kind: ContentKind<C>,
  policy: WindowPolicy,
): void {
  const rule = frontierRuleOf(policy);
  const partition = fold.partitions.get(sketch.partition) ?? newPartition();
  fold.partitions.set(sketch.partition, partition);
  partition.end = sketch.chunkEnd;
  fold.ahead += sketch.leftOut ?? 0;
  if (sketch.windows.length === 0) return;
  let late = 0;
  for (const window of sketch.windows) {
    const { start, version, layout, n } = window;
    const { lengthMs } = unwrapSketch(window.sketch);
    const end = start + lengthMs;
    if (end <= fold.closedEnd) {
      late += n;
      continue;
    }
    const key = sketch.signal === 'data' ? layout : String(version);
    const content = takeRows(window, kind);
    const { groups } = openWindow(fold, start, end);
    if (fitsInto(groups, key, content, kind)) mergeInto(groups, { key, version, n, content }, kind);
    else fold.ahead += n;
  }
  partition.logTime = sketch.logTime;
  partition.recent = newest(partition.recent, sketch.recent, rule.own);
  fold.since ??= sketch.logTime;
  fold.recent = newest(fold.recent, sketch.recent, rule.all);
  addStep(partition, sketch.chunkEnd, frontierOf(partition.recent, rule.own), late);
  notePassing(fold, sketch.logTime, policy);
}

/**
 * Whether rows can be merged with those of their group. Others of a version whose profile could not
 * be had when they came may not.
 */
export function fitsInto<C>(
  groups: ReadonlyMap<string, { readonly content: C }>,
  key: string,
  content: C,
  { fits }: ContentKind<C>,
): boolean {
  const known = groups.get(key);
  return !known || !fits || fits(known.content, content);
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

/**
 * Since when the rows of all partitions together lie beyond each window and each stretch of rows.
 */
function notePassing<C>(fold: ModelFold<C>, logTime: number, policy: WindowPolicy): void {
  const frontier = frontierOf(fold.recent, frontierRuleOf(policy).all);
  const note = (open: Pick<OpenWindow<C>, 'end' | 'passedSince'>) => {
    const isPassed = frontier !== null && frontier - policy.allowedLatenessMs >= open.end;
    open.passedSince = isPassed ? (open.passedSince ?? logTime) : null;
  };
  for (const window of fold.windows.values()) note(window);
  for (const stretch of fold.stretches.values()) note(stretch);
}

/**
 * Remembers how far a partition's event time had come at a position. Of the positions with the same
 * frontier the first one says where a window was passed; late rows of the others are counted
 * together, so they share one step.
 */
function addStep({ steps }: PartitionFold, end: number, frontier: number | null, late: number): void {
  const last = steps.at(-1);
  const highest =
    last === undefined || last.frontier === null
      ? frontier
      : Math.max(last.frontier, frontier ?? last.frontier);
  if (last && last.frontier === highest) {
    if (late === 0) return;
    if (steps.at(-2)?.frontier === highest) {
      last.late += late;
      return;
    }
  }
  steps.push({ end, frontier: highest, late });
}

function openWindow<C>(fold: ModelFold<C>, start: number, end: number): OpenWindow<C> {
  const key = spanKey({ start, end });
  const known = fold.windows.get(key);
  if (known) return known;
  const window = { start, end, groups: new Map<string, Group<C>>(), passedSince: null };
  fold.windows.set(key, window);
  return window;
}

function newPartition(): PartitionFold {
  return { end: 0, logTime: 0, recent: [], steps: [] };
}
