import type { ModelSpec } from '@driftloop/schemas';
import type { ReferenceProfile } from '../profile/reference-profile.ts';

/** What the drift services must know about a model. Synchronous: a shell loads profiles before it hands records over. */
export interface ModelContext {
  readonly spec: ModelSpec;
  /** Version that is live now; 0 when none is. Read at every row, so it may be a getter. */
  readonly live: number;
  /** The reference profile of a version. May throw VERSION_UNKNOWN. */
  profile(version: number): ReferenceProfile;
  /** Whether a version's profile cannot be had for now: its rows are counted as rejected and its windows are not tested. @default never */
  isLost?(version: number): boolean;
}

/** Where a chunk lies in its input topic. */
export interface ChunkPosition {
  readonly partition: number;
  /** First input offset of the chunk, a multiple of the chunk size. */
  readonly chunkStart: number;
}

/** How a chunk is published. */
export interface PublishOptions {
  /**
   * The partition had been read to its end when this was published. It then holds no window back until its next record.
   * An empty chunk may be published as idle too: "nothing of this model here".
   * @default false
   */
  readonly idle?: boolean;
}

/** Start of the tumbling window that an event time falls into. */
export function windowStartOf(eventTime: number, lengthMs: number): number {
  return Math.floor(eventTime / lengthMs) * lengthMs;
}

/** Whether a number can be an event time: finite, from 1970 on, within what a date can hold. */
export function isEventTime(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 8.64e15;
}
