import type { DriftSignal, Signal } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { createReducer, type ModelContext, type ReducerState } from '../../src/index.ts';
import { chunkOf, contextOf, profileOf, readUpTo, rowsOf, signalsFrom, specOf } from '../fixtures.ts';

/** What a scene says of a window: the first signal of each group of rows. */
export interface Tested {
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly version: number;
  readonly n: number;
  readonly late: number;
}

/**
 * Chunks of one model's answers, one after the other in the log's time, each read as soon as it is
 * there.
 */
export interface Scene {
  /**
   * A chunk of ten offsets, the `number`-th of its partition.
   * @param more.at log time. @default a ms after the one before
   */
  push(
    partition: number,
    number: number,
    times: readonly number[],
    more?: { readonly at?: number; readonly version?: number },
  ): DriftSignal[];
  /** Every partition has been read up to a log time. */
  read(time: number): DriftSignal[];
  readonly state: ReducerState;
}

/** Opens a scene. */
export function sceneOf(
  options: Parameters<typeof specOf>[0],
  partitions: number,
  signal: Signal = 'prediction',
): Scene {
  const spec = specOf({ numeric: 1, lengthMs: 100, ...options });
  const context: ModelContext = contextOf(spec, profileOf(spec, 200));
  const reducer = createReducer(signal);
  const state = reducer.initial();
  const random = createRandom(5);
  let clock = 0;
  const read = (time: number) =>
    signalsFrom(reducer, state, readUpTo(signal, partitions, time), context).filter(
      ({ ordinal }) => ordinal === 0,
    );
  read(0);
  return {
    state,
    read,
    push(partition, number, times, { at = clock + 1, version = 1 } = {}) {
      clock = at;
      const chunkStart = 10 * number;
      const place = { partition, chunkStart, chunkEnd: chunkStart + 10, logTime: at };
      const rows = rowsOf(spec, Math.max(1, times.length), random);
      const signals = chunkOf(signal, context, place, rows, times, version).flatMap((sketch) =>
        signalsFrom(reducer, state, sketch, context).filter(({ ordinal }) => ordinal === 0),
      );
      return [...signals, ...read(at)];
    },
  };
}

/** The part of a signal that says which rows it rests on. */
export function tested({ windowStart, windowEnd, version, n, late }: DriftSignal): Tested {
  return { windowStart, windowEnd, version, n, late };
}
