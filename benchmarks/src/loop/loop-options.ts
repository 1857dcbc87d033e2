import type { Engine, RetrainOptions } from '@driftloop/continual';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';

/** A stream, a model for it, and who decides when to retrain. */
export interface LoopOptions {
  readonly engine: Engine;
  readonly spec: ModelSpec;
  readonly data: LabelledRows;
  /** Rows that the first version is trained on; the others are predicted in order. */
  readonly trainingRows: number;
  /** Rows after which a row's label is known. */
  readonly labelDelayRows: number;
  readonly seed: number;
  /** Rows per slot of log time, so per chunk of the drift services. */
  readonly chunkSize: number;
  /** Retrain every so many rows on the newest `maxRows` instead of when the ensemble says so. */
  readonly everyRows?: number;
  /**
   * Rows that arrive while a version is trained. A command that comes meanwhile waits, and the
   * newest wins: as the trainer has it. @default 0
   */
  readonly retrainRows?: number;
  /** Training settings that differ from the defaults. */
  readonly fit?: Pick<RetrainOptions, 'halfLives' | 'recipe' | 'settings' | 'gate'> & {
    readonly hidden?: readonly number[];
  };
}

/** A model's answers to every row of a stream. */
export interface Answers {
  /** rows × outputWidth. */
  readonly outputs: Float32Array;
  readonly outputWidth: number;
  /** Class per row. */
  readonly predicted: Uint8Array;
}
