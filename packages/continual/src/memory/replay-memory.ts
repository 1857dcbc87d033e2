import { allocateRows, type LabelledRows } from '@driftloop/spec';

/**
 * What a model remembers of all the rows it was ever trained on: a bounded sample of rows, and what
 * a strategy keeps beside it (importances, anchors). It is part of a version's artifact, so it
 * survives restarts and grows along the line of versions.
 */
export interface ReplayMemory {
  /** Most rows kept. */
  readonly capacity: number;
  /** Rows ever offered. */
  readonly seen: number;
  /** Rows ever offered of each class, where the memory is balanced by class. */
  readonly seenByClass: ReadonlyMap<number, number>;
  /**
   * Newest event time ever offered; older rows have had their chance and are not offered again.
   * -Infinity at first.
   */
  readonly newestEventTime: number;
  /** The remembered rows. */
  readonly rows: LabelledRows;
  /** Of which training run (1, 2, …) each row comes. */
  readonly origins: Uint32Array;
  /**
   * What the model answered to each row when it was remembered (logits, rows × outputWidth); empty
   * where outputWidth is 0.
   */
  readonly outputs: Float32Array;
  readonly outputWidth: number;
  /** Training runs so far. */
  readonly runs: number;
  /** What the strategy keeps between runs, by name, for example `fisher/W0`. */
  readonly state: ReadonlyMap<string, Float32Array>;
}

/** A memory that has seen nothing. @param capacity Rows it may keep. @default 1000 */
export function emptyMemory(width: number, capacity = 1000): ReplayMemory {
  return {
    capacity,
    seen: 0,
    seenByClass: new Map(),
    newestEventTime: Number.NEGATIVE_INFINITY,
    rows: allocateRows(0, width),
    origins: new Uint32Array(0),
    outputs: new Float32Array(0),
    outputWidth: 0,
    runs: 0,
    state: new Map(),
  };
}

/**
 * What is offered to a memory after a training run: rows with, optionally, what the model answers
 * to them now.
 */
export interface Offer {
  readonly rows: LabelledRows;
  /** Logits, rows × outputWidth; only strategies that distil need them. */
  readonly outputs?: Float32Array;
  readonly outputWidth?: number;
}
