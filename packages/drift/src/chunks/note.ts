import type { DriftSketch, PartitionClock, Signal } from '@driftloop/schemas';

/** A record of the sketch log that says how far partitions of a topic have been read. */
export function noteOf(signal: Signal, clocks: readonly PartitionClock[], partitions: number): DriftSketch {
  return {
    model: '',
    signal,
    partition: -1,
    chunkStart: 0,
    chunkEnd: 0,
    logTime: -1,
    recent: [],
    rejected: 0,
    windows: [],
    clocks,
    partitions,
    topicId: '',
  };
}
