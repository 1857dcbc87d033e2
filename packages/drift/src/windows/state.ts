import type { Signal } from '@driftloop/schemas';

/** What a signal keeps of rows: the way it is decoded, merged and saved. */
export interface ContentKind<Content> {
  /** Rows that all open windows of a model may hold together. */
  readonly mostRows: number;
  decode(bytes: Uint8Array, version: number): Content;
  encode(content: Content): Uint8Array;
  /** May change and return `target`. */
  merge(target: Content, other: Content): Content;
}

/** Rows that merge: the same layout for the data signal, the same version for the others. */
export interface Group<Content> {
  readonly key: string;
  /** Newest version that the rows were stamped with. */
  version: number;
  n: number;
  content: Content;
}

/** What the newest, perhaps unfinished, chunk of a partition brought to a window. */
export interface Contribution<Content> {
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly version: number;
  readonly n: number;
  /** Absent once its window has closed, or when it came late. */
  content: Content | undefined;
}

/** A position of a partition, and how far its event time had come there. */
export interface Step {
  readonly chunkEnd: number;
  readonly maxEventTime: number;
  /** Late rows that this step brought and that no signal has counted yet. */
  late: number;
}

/** One input partition, as the sketch log tells of it. */
export interface PartitionFold<Content> {
  chunkStart: number;
  chunkEnd: number;
  /** Largest event time before the newest chunk; -1 for none. */
  maxBefore: number;
  /** Largest event time so far; -1 for none. */
  max: number;
  idle: boolean;
  /** Of the newest chunk: a later record of it takes their place. */
  current: Contribution<Content>[];
  /** Steps not yet behind every closed window. */
  steps: Step[];
}

/** A window that is open for rows. */
export interface OpenWindow<Content> {
  readonly start: number;
  readonly end: number;
  readonly groups: Map<string, Group<Content>>;
}

/** Rows of closed windows that wait for more, because they are fewer than minSamples. */
export interface Pending<Content> extends Group<Content> {
  readonly start: number;
}

/** Everything the reducer knows of one model. */
export interface ModelFold<Content> {
  readonly partitions: Map<number, PartitionFold<Content>>;
  readonly windows: Map<string, OpenWindow<Content>>;
  readonly pending: Map<string, Pending<Content>>;
  /** Windows that end up to here have closed. */
  closedEnd: number;
  /** Late rows counted in signals so far. */
  late: number;
  /** What tests keep, by version, then by test; the version used last comes last. */
  readonly memory: Map<number, Record<string, unknown>>;
}

/** The state of one signal's reducer. Owned by the fold: `apply` changes it. */
export interface ReducerState<Content = unknown> {
  readonly signal: Signal;
  readonly models: Map<string, ModelFold<Content>>;
}

/** Creates the state of a model that was not seen before. */
export function emptyModel<Content>(): ModelFold<Content> {
  return {
    partitions: new Map(),
    windows: new Map(),
    pending: new Map(),
    closedEnd: 0,
    late: 0,
    memory: new Map(),
  };
}

/** Versions of all rows that have not been tested yet. */
export function versionsOf<Content>(fold: ModelFold<Content> | undefined): number[] {
  if (!fold) return [];
  const versions = new Set<number>();
  for (const { version } of fold.pending.values()) versions.add(version);
  for (const { groups } of fold.windows.values())
    for (const { version } of groups.values()) versions.add(version);
  for (const { current } of fold.partitions.values())
    for (const { version } of current) versions.add(version);
  return [...versions].sort((a, b) => a - b);
}
