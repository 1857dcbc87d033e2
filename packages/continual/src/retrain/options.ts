import type { LabelledRows } from '@driftloop/spec';
import type { GateSettings } from '../gate/settings.ts';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import type { TrainOptions, TrainResult } from '../train/train.ts';

/** Where finished fits are kept, so that a run that was killed does not fit them again. */
export interface FitCheckpoints {
  /** What a fit of the same run ended with, or undefined. @param part counted from 0 */
  load(part: number): Promise<TrainResult | undefined>;
  save(part: number, result: TrainResult): Promise<void>;
}

/** What choosing how to train, and training so, need. The strategy may be 'auto'. */
export interface FitOptions extends TrainOptions {
  /**
   * Fits that are found here are not made again. The same options must come with the same
   * checkpoints.
   */
  readonly checkpoints?: FitCheckpoints;
  /**
   * Half-lives to try with a named strategy, in rows; one leaves nothing to choose.
   * @default HALF_LIVES
   */
  readonly halfLives?: readonly number[];
}

/** A version that was live before. */
export interface EarlierVersion {
  readonly version: number;
  /** ONNX file. */
  readonly model: Uint8Array;
}

export interface RetrainOptions extends Omit<FitOptions, 'model'> {
  /**
   * ONNX file of the version that is live; candidates are trained from it and judged against it.
   */
  readonly live: Uint8Array;
  /**
   * Versions that were live before; one that fits the newest rows better than live version and
   * candidates is to be brought back.
   */
  readonly earlier?: readonly EarlierVersion[];
  readonly gate?: Partial<GateSettings>;
  /** Measure latencies for the metrics too. @default false */
  readonly measureLatency?: boolean;
}

/** What is ready to be published. */
export interface FitResult {
  readonly model: Uint8Array;
  readonly memory: ReplayMemory;
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * The newest rows, and what a candidate of the same recipe answered to them before it had learnt
   * from any of them.
   */
  readonly judged: { readonly rows: LabelledRows; readonly outputs: Float32Array };
}

/**
 * The same with the gate's verdict. When rejected, `model` is the judged candidate and `memory` the
 * one that was given.
 */
export interface RetrainResult extends FitResult {
  readonly accepted: boolean;
  /** Set when an earlier version should be live again instead; `accepted` is then false. */
  readonly restoreVersion?: number;
  /** For people. */
  readonly reasons: readonly string[];
}
