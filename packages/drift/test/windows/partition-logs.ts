import type { DriftSketch, Signal } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import { type ModelContext, noteOf } from '../../src/index.ts';
import { chunkOf, readUpTo, rowsOf } from '../fixtures.ts';

/**
 * What the records of one input partition come to, in their order: chunks, and notes that are true.
 */
export type PartitionLog = readonly DriftSketch[];

/** How logs are made up. */
export interface LogOptions {
  readonly signal: Signal;
  readonly partitions: number;
  /** Models whose rows are in the chunks, each in some of them. */
  readonly contexts: readonly ModelContext[];
  readonly seed: number;
  /** Chunks of a partition at least; up to 4 more. @default 3 */
  readonly chunks?: number;
  /** @default the truth of `rowsOf` */
  labelsOf?(data: LabelledRows, logTime: number): Float32Array;
}

/** Offsets from the start of one chunk to the next. */
const CHUNK_OFFSETS = 16;
/** Log time that all partitions reach in the end. */
const END = 1_000_000;

/**
 * Chunks of each partition, some of them silent for long or with a wrong event time; versions 1,
 * then 2. Event times lie around the log time. Log times are multiples of 50 ms, so that partitions
 * often have the same; at the end every partition has been read.
 */
export function partitionLogs(options: LogOptions): PartitionLog[] {
  const random = createRandom(options.seed);
  return Array.from({ length: options.partitions }, (_, partition) =>
    partitionLog(options, partition, random),
  );
}

function partitionLog(options: LogOptions, partition: number, random: Random): PartitionLog {
  const { signal, partitions, contexts } = options;
  const note = (end: number, time: number) => noteOf(signal, [{ partition, end, time }], partitions);
  const log: DriftSketch[] = [];
  let logTime = 50 * random.integer(4);
  const chunks = (options.chunks ?? 3) + random.integer(5);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const chunkStart = chunk * CHUNK_OFFSETS;
    const place = { partition, chunkStart, chunkEnd: chunkStart + CHUNK_OFFSETS, logTime };
    for (const context of contexts) {
      if (contexts.length > 1 && random.integer(3) === 0) continue;
      const size = 1 + random.integer(12);
      const times = Array.from({ length: size }, () => eventTimeOf(logTime, random));
      const rows = rowsOf(context.spec, size, random);
      const labels = options.labelsOf?.(rows, logTime) ?? rows.labels;
      log.push(...chunkOf(signal, context, place, { ...rows, labels }, times, chunk < 3 ? 1 : 2));
    }
    const pause = random.integer(6) === 0 ? 600 : 50 * random.integer(3);
    // How far a note goes is up to when it was made; it never goes past what comes.
    if (random.integer(2) === 0) log.push(note(place.chunkEnd, logTime + random.integer(pause + 1)));
    logTime += pause;
  }
  return [...log, note(chunks * CHUNK_OFFSETS, END)];
}

function eventTimeOf(logTime: number, random: Random): number {
  if (random.integer(40) === 0) return random.integer(2) === 0 ? 1e12 : 0;
  return Math.max(0, logTime + random.integer(130) - 65);
}

/** Interleaves logs as the numbers say, keeping the order within each. */
export function interleave(logs: readonly PartitionLog[], picks: readonly number[]): DriftSketch[] {
  const rest = logs.map((log) => [...log]);
  const result: DriftSketch[] = [];
  for (const pick of picks) {
    const next = rest[pick % rest.length]?.shift();
    if (next) result.push(next);
  }
  return [...result, ...rest.flat()];
}

/**
 * After a record, those before it come again: a map that starts again, and one that does not know
 * yet that it was replaced, repeat themselves.
 */
export function repeatedAfter(log: readonly DriftSketch[], places: readonly number[]): DriftSketch[] {
  return log.flatMap((sketch, i) => (places.includes(i) ? [sketch, ...log.slice(0, i + 1)] : [sketch]));
}

/** All partitions have been read to the end. */
export function allRead(signal: Signal, partitions: number): DriftSketch {
  return readUpTo(signal, partitions, END, CHUNK_OFFSETS * 1000);
}
