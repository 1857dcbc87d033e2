import type { DriftSketch, Signal } from '@driftloop/schemas';
import type { SavedWatch, VersionWatch } from '../row-watch/version-watch.ts';
import type { WatchedRow } from '../row-watch/watched-rows.ts';

/** Rows that merge: the same layout for the data signal, the same version for the others. */
export interface Group<Content> {
  readonly key: string;
  /** Newest version that the rows were stamped with. */
  version: number;
  n: number;
  content: Content;
}

/** A position of a partition, and how far its event time had come there. */
export interface Step {
  /** One past the last offset. */
  readonly end: number;
  /** Largest frontier up to there; null for none. */
  readonly frontier: number | null;
  /** Late rows that this step brought and that no signal has counted yet. */
  late: number;
}

/** One input partition, as far as it holds rows of a model. */
export interface PartitionFold {
  /** One past the last chunk that was taken. */
  end: number;
  /** Log time of its newest chunk. */
  logTime: number;
  /** Newest event times. */
  recent: readonly number[];
  /** Steps not yet behind every closed window. */
  steps: Step[];
}

/** A window that is open for rows. */
export interface OpenWindow<Content> {
  readonly start: number;
  readonly end: number;
  readonly groups: Map<string, Group<Content>>;
  /**
   * Log time since which the rows of all partitions together lie beyond it; null while they do not.
   */
  passedSince: number | null;
}

/** Rows of closed windows that wait for more, because they are fewer than minSamples. */
export interface Pending<Content> extends Group<Content> {
  readonly start: number;
}

/** A chunk that waits for its turn. */
export interface QueuedChunk extends DriftSketch {
  /** Rows that it had and that cannot be read. @default 0 */
  readonly leftOut?: number;
}

/**
 * A stretch of event time. Its labelled rows wait until all partitions have come past it, as those
 * of a window do, and are watched in the order of event time then: which partition was read first,
 * at what pace rows came and where chunks were cut make no difference.
 */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /**
   * Log time since which the rows of all partitions together lie beyond it; null while they do not.
   */
  passedSince: number | null;
  readonly rows: WatchedRow[];
  /** Rows of before a restart, see `encodeWatchedRows`. */
  readonly saved: readonly Uint8Array[];
  /** How many rows wait, with those of before a restart. */
  held: number;
  /** Of all its rows. */
  readonly versions: Set<number>;
}

/** Everything that is known of one model's rows in one signal. */
export interface ModelFold<Content> {
  /** Chunks that wait for their turn in the log's order, by partition and offset. */
  readonly queue: Map<number, QueuedChunk[]>;
  /**
   * Versions of the rows in those chunks, and in how many of their windows: asked for with every
   * record, however many chunks wait.
   */
  readonly queuedVersions: Map<number, number>;
  readonly partitions: Map<number, PartitionFold>;
  /** Log time of its first chunk; null before it. */
  since: number | null;
  /** Newest event times of all partitions. */
  recent: readonly number[];
  readonly windows: Map<string, OpenWindow<Content>>;
  readonly pending: Map<string, Pending<Content>>;
  /** Windows that end up to here have closed. */
  closedEnd: number;
  /** Late rows counted in signals so far. */
  late: number;
  /**
   * Rows that were left out: their windows lay too far ahead of all others, or they cannot be read.
   */
  ahead: number;
  /** What tests keep, by version, then by test; the version used last comes last. */
  readonly memory: Map<number, Record<string, unknown>>;
  /** Row watches by version, the one used last comes last; see watch-rows.ts. */
  readonly watches: Map<number, Watched>;
  /** Stretches of event time whose labelled rows wait, by start and end; see held-rows.ts. */
  readonly stretches: Map<string, Stretch>;
  /** Stretches that end up to here have been watched. */
  watchedEnd: number;
}

/** A version's row watch, or what was saved of it until its next row comes. */
export interface Watched {
  readonly watch?: VersionWatch;
  readonly saved?: SavedWatch;
}

/** How far an input partition has been read, of all models: a note has said it. */
export interface PartitionClock {
  /** What comes begins at this offset or later. */
  readonly end: number;
  /** What comes has this log time or a later one. */
  readonly time: number;
}

/** The state of one signal's reducer. Owned by the fold: `apply` changes it. */
export interface ReducerState<Content = unknown> {
  readonly signal: Signal;
  /** Id of the input topic; empty while not known. */
  topicId: string;
  /** Ids of topics that were there before under its name, the oldest first. */
  before: readonly string[];
  /** Partitions of the input topic; 0 while not known. */
  partitions: number;
  readonly clocks: Map<number, PartitionClock>;
  /** Newest log time of a chunk by partition, of any model; see `hear` of order.ts. */
  readonly heard: Map<number, number>;
  /** Log time before which the windows of all models have closed. */
  settledUpTo: number;
  /** What the chunks take that wait for their turn, of all models; see room.ts. */
  waitingBytes: number;
  /**
   * Input partitions that there is no more room for: by partition the offset of the sketch log from
   * which on their chunks are there only.
   */
  readonly left: Map<number, number>;
  readonly models: Map<string, ModelFold<Content>>;
}

/** Names a window or a stretch among those of its model. */
export function spanKey({ start, end }: { readonly start: number; readonly end: number }): string {
  return `${start}/${end}`;
}

/** Creates the state of a model that was not seen before. */
export function emptyModel<Content>(): ModelFold<Content> {
  return {
    queue: new Map(),
    queuedVersions: new Map(),
    partitions: new Map(),
    since: null,
    recent: [],
    windows: new Map(),
    pending: new Map(),
    closedEnd: Number.MIN_SAFE_INTEGER,
    late: 0,
    ahead: 0,
    memory: new Map(),
    watches: new Map(),
    stretches: new Map(),
    watchedEnd: Number.MIN_SAFE_INTEGER,
  };
}

/** Versions of all rows that have not been tested yet. */
export function versionsOf<Content>(fold: ModelFold<Content> | undefined): number[] {
  if (!fold) return [];
  const versions = new Set<number>();
  for (const { version } of fold.pending.values()) versions.add(version);
  for (const { groups } of fold.windows.values())
    for (const { version } of groups.values()) versions.add(version);
  for (const { versions: held } of fold.stretches.values()) for (const version of held) versions.add(version);
  for (const version of fold.queuedVersions.keys()) versions.add(version);
  return [...versions].sort((a, b) => a - b);
}
