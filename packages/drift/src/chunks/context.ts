import type { ModelSpec } from '@driftloop/schemas';
import type { ReferenceProfile } from '../profile/reference-profile.ts';

/**
 * What the drift services must know about a model. Synchronous: a shell loads profiles before it
 * hands records over.
 */
export interface ModelContext {
  readonly spec: ModelSpec;
  /**
   * Version that was live at a log time (Kafka timestamp, epoch ms); of the time before the first,
   * that one; 0 when there is none.
   */
  liveAt(logTime: number): number;
  /** The reference profile of a version. May throw VERSION_UNKNOWN. */
  profile(version: number): ReferenceProfile;
  /**
   * Whether a version's profile cannot be had for now: its rows are counted as rejected and its
   * windows are not tested.
   * @default never
   */
  isLost?(version: number): boolean;
}

/** All models. */
export interface Models {
  /** @returns undefined for a model without a spec */
  of(model: string): ModelContext | undefined;
}

/** Where a chunk lies in its input topic. */
export interface ChunkPosition {
  readonly partition: number;
  /** First input offset of the chunk. */
  readonly chunkStart: number;
}

/** The end of a chunk. */
export interface ChunkEnd {
  /** One past its last input offset. */
  readonly chunkEnd: number;
  /** Largest log time of its records, of whatever model. */
  readonly logTime: number;
}
