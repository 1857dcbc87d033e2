import type { DriftSketch } from '@driftloop/schemas';
import type { ChunkEnd, ChunkPosition } from './context.ts';
import { type Cut, continues, cutAt, isComplete } from './cut.ts';
import { createLogTime, type LogTime } from './log-time.ts';
import type { Logged } from './logged.ts';

/** The rows of one chunk. */
export interface ChunkRows<Record> {
  add(record: Record): void;
  sketches(end: ChunkEnd): DriftSketch[];
}

/** One partition of an input topic, cut into chunks. */
export interface PartitionChunks<Value> {
  /** Knows a record from before the first chunk: it is in no chunk, but its time counts. */
  lookBack(offset: number, timestamp: number): void;
  /**
   * Takes the next record; returns the sketches of the chunk before it, where this one begins
   * another.
   */
  push(offset: number, timestamp: number, value: Value): DriftSketch[];
  /**
   * Ends the chunk if nothing more can come for it; returns its sketches.
   *
   * @param nextOffset the offset that is read next
   * @param clock log time that all records to come have reached
   */
  complete(nextOffset: number, clock: number): DriftSketch[];
  /** First offset of the unfinished chunk; undefined when there is none. */
  openSince(): number | undefined;
  /**
   * Log time that all records to come in unfinished and later chunks have reached, as far as
   * records show it.
   */
  readUpTo(): number;
}

interface OpenChunk<Value> {
  readonly start: number;
  readonly cut: Cut;
  readonly rows: ChunkRows<Logged<Value>>;
  end: number;
  logTime: number;
}

/** Starts to cut a partition. @param createRows makes what takes the rows of a chunk */
export function createPartitionChunks<Value>(
  partition: number,
  createRows: (position: ChunkPosition) => ChunkRows<Logged<Value>>,
): PartitionChunks<Value> {
  const time: LogTime = createLogTime();
  let open: OpenChunk<Value> | undefined;
  let newest = 0;

  const end = (): DriftSketch[] => {
    if (!open) return [];
    const sketches = open.rows.sketches({ chunkEnd: open.end, logTime: open.logTime });
    open = undefined;
    return sketches;
  };
  return {
    lookBack(offset, timestamp) {
      newest = time.of(offset, timestamp);
    },
    push(offset, timestamp, value) {
      const logTime = time.of(offset, timestamp);
      const ended = open && !continues(open.cut, offset, logTime) ? end() : [];
      open ??= {
        start: offset,
        cut: cutAt(offset, logTime),
        rows: createRows({ partition, chunkStart: offset }),
        end: offset,
        logTime,
      };
      open.rows.add({ offset, timestamp, logTime, value });
      open.end = offset + 1;
      open.logTime = logTime;
      newest = logTime;
      return ended;
    },
    complete: (nextOffset, clock) => (open && isComplete(open.cut, nextOffset, clock) ? end() : []),
    openSince: () => open?.start,
    readUpTo: () => (open ? open.logTime : newest),
  };
}
