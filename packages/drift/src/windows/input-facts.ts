import type { DriftSketch } from '@driftloop/schemas';
import type { ReducerState } from './state.ts';

/**
 * What the broker says of the input topic of a signal: looked up after a record of the sketch log
 * was read, so that the topic had by then what the record tells of it.
 */
export interface InputFacts {
  /** Id of the topic of this name; empty where brokers know no ids. */
  readonly topicId: string;
  /** By partition, one past its last offset. */
  readonly ends: readonly number[];
  /** Whether the broker sets the timestamps that place its records in the log. */
  readonly isAppendTime: boolean;
  /**
   * Where producers set them: a log time that one of its records has at least. What is not earlier
   * than that may be told, however far it lies ahead. @default nothing is known, and nothing
   * refused
   */
  readonly newest?: number;
}

/** Where a record of the sketch log comes from. */
export interface Written {
  /** Its Kafka timestamp, epoch ms. */
  readonly timestamp: number;
  readonly input: InputFacts;
}

/**
 * How far the clocks of those may differ who set the timestamps of input records and of the sketch
 * log, ms. Amply: what is refused is lost, and what is let through holds up its partition for as
 * long as it lies ahead.
 */
const MOST_SKEW_MS = 3_600_000;

/**
 * The latest log time that a record of the sketch log tells of, where no clock's error explains how
 * far it lies ahead of the record's own timestamp: then some record of the input must have it.
 *
 * @param timestamp the record's own, epoch ms
 */
export function timeAhead(
  { model, logTime, clocks }: Pick<DriftSketch, 'model' | 'logTime' | 'clocks'>,
  timestamp: number,
): number | undefined {
  const told = clocks.reduce((latest, { time }) => Math.max(latest, time), model === '' ? -1 : logTime);
  return told > timestamp + MOST_SKEW_MS ? told : undefined;
}

/**
 * What a record of the sketch log tells of its input topic that is not so; undefined when nothing
 * is. A partition that nobody reads, or a time that nobody comes to, would be waited for for ever;
 * and after an offset that lies beyond all, those that come would count as known.
 */
export function inputProblem<C>(
  sketch: DriftSketch,
  { topicId, before }: Pick<ReducerState<C>, 'topicId' | 'before'>,
  { timestamp, input }: Written,
): string | undefined {
  const isOther = sketch.topicId !== '' && input.topicId !== '' && sketch.topicId !== input.topicId;
  if (isOther) {
    // Of a topic that is gone nobody can say what it had. But nothing replaces the one that is
    // there.
    const isKnown = sketch.topicId === topicId || before.includes(sketch.topicId);
    return isKnown || topicId !== input.topicId ? undefined : `its input is no topic '${sketch.topicId}'`;
  }
  const unbounded = input.isAppendTime ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const latest = Math.max(timestamp + MOST_SKEW_MS, input.newest ?? unbounded);
  return sketch.clocks.length > 0
    ? noteProblem(sketch, input, latest)
    : placeProblem(sketch.partition, sketch.chunkEnd, sketch.logTime, input, latest);
}

function noteProblem(
  { clocks, partitions }: DriftSketch,
  input: InputFacts,
  latest: number,
): string | undefined {
  if (partitions > input.ends.length)
    return `its input has ${input.ends.length} partitions, not ${partitions}`;
  for (const { partition, end, time } of clocks) {
    const problem = placeProblem(partition, end, time, input, latest);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function placeProblem(
  partition: number,
  end: number,
  time: number,
  { ends }: InputFacts,
  latest: number,
): string | undefined {
  const last = ends[partition];
  if (last === undefined) return `its input has ${ends.length} partitions, and no partition ${partition}`;
  if (end > last) return `partition ${partition} of its input ends at offset ${last}, before ${end}`;
  return time > latest ? `its log time ${time} is more than an hour after it was written` : undefined;
}
