import type { DriftSketch, ModelSpec, Signal, WindowSketch } from '@driftloop/schemas';
import { isEventTime, windowStartOf } from '@driftloop/spec';
import { wrapSketch } from '../sketch/envelope.ts';
import type { ChunkEnd, ChunkPosition } from './context.ts';

/**
 * Event times that a chunk's record carries: as many as windows ever ask for, see
 * windows/frontier.ts.
 */
export const MOST_RECENT = 25;

/**
 * Bytes that the sketches of a chunk may have together; drift.sketches takes records of 7 MB. They
 * are more where hundreds of features meet event times of dozens of windows in one chunk.
 */
export const MOST_SKETCH_BYTES = 6_000_000;

/** One sketch per window and group of rows that may merge. */
export interface WindowGroups<T> {
  /**
   * The group's sketch for a row, created on first use; undefined (and counted as rejected) when
   * the event time is none.
   */
  of(eventTime: number, version: number, layout: string): T | undefined;
  /** Counts a row that cannot be sketched. */
  reject(): void;
  /**
   * The chunk's record; none when there is nothing to say. Where its sketches would have more than
   * `MOST_SKETCH_BYTES`, the rows of the windows that lie furthest back are rejected.
   */
  record(end: ChunkEnd): DriftSketch[];
}

/** What a group needs to be published. */
export interface GroupSketch<T> {
  create(version: number): T;
  n(sketch: T): number;
  encode(sketch: T): Uint8Array;
}

interface Group<T> {
  readonly start: number;
  readonly lengthMs: number;
  readonly layout: string;
  version: number;
  readonly sketch: T;
}

/**
 * Creates the groups of one model in one chunk. Windows are cut by the spec as it is at each row.
 */
export function createWindowGroups<T>(
  signal: Signal,
  spec: () => ModelSpec,
  position: ChunkPosition,
  kind: GroupSketch<T>,
): WindowGroups<T> {
  const groups = new Map<string, Group<T>>();
  let newest: Group<T> | undefined;
  const times: number[] = [];
  let rejected = 0;
  return {
    of(eventTime, version, layout) {
      if (!isEventTime(eventTime)) {
        rejected++;
        return undefined;
      }
      times.push(eventTime);
      const { lengthMs } = spec().window;
      const start = windowStartOf(eventTime, lengthMs);
      // Rows mostly come in the order of their time: the last group is nearly always the next one.
      if (
        newest?.start === start &&
        newest.lengthMs === lengthMs &&
        sameGroup(signal, newest, version, layout)
      ) {
        newest.version = version;
        return newest.sketch;
      }
      const key = `${start}/${lengthMs}/${signal === 'data' ? layout : version}`;
      let group = groups.get(key);
      if (!group) {
        group = { start, lengthMs, layout, version, sketch: kind.create(version) };
        groups.set(key, group);
      }
      group.version = version;
      newest = group;
      return group.sketch;
    },
    reject() {
      rejected++;
    },
    record({ chunkEnd, logTime }) {
      if (groups.size === 0 && rejected === 0) return [];
      const { model } = spec();
      const windows = [...groups.values()]
        .sort((a, b) => a.start - b.start || a.version - b.version || (a.layout < b.layout ? -1 : 1))
        .map((group): WindowSketch => {
          const { start, version, layout } = group;
          return {
            start,
            version,
            layout,
            n: kind.n(group.sketch),
            sketch: wrapSketch(group.lengthMs, kind.encode(group.sketch)),
          };
        });
      const { fitting, others } = newestThatFit(windows);
      return [
        {
          model,
          signal,
          ...position,
          chunkEnd,
          logTime,
          recent: times.slice(-MOST_RECENT),
          rejected: rejected + others.reduce((sum, { n }) => sum + n, 0),
          windows: fitting,
          clocks: [],
          partitions: 0,
          topicId: '',
        },
      ];
    },
  };
}

function sameGroup<T>(signal: Signal, group: Group<T>, version: number, layout: string): boolean {
  return signal === 'data' ? group.layout === layout : group.version === version;
}

/** @param windows in the order of their start */
function newestThatFit(windows: readonly WindowSketch[]): {
  readonly fitting: WindowSketch[];
  readonly others: WindowSketch[];
} {
  let bytes = 0;
  const last = windows.findLastIndex(({ sketch }) => {
    bytes += sketch.length;
    return bytes > MOST_SKETCH_BYTES;
  });
  return { fitting: windows.slice(last + 1), others: windows.slice(0, last + 1) };
}
