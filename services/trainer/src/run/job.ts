import type { EarlierVersion } from '@driftloop/continual';
import type { ReferenceProfile } from '@driftloop/drift';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import type { EngineSettings } from './engine.ts';

/**
 * All that a training process needs; nothing in it refers to Kafka, ClickHouse or the artifact
 * store.
 */
export interface TrainingJob {
  readonly spec: ModelSpec;
  /** Number of the live version. */
  readonly version: number;
  /** ONNX file of the live version. */
  readonly model: Uint8Array;
  /** Reference profile of the live version. */
  readonly profile: ReferenceProfile;
  /** Replay memory to go on from, encoded; undefined when there is none. */
  readonly memory: Uint8Array | undefined;
  /** Versions that were live before, any of which may be better than all that is new. */
  readonly earlier: readonly EarlierVersion[];
  /** Selected rows in order of event time. */
  readonly data: LabelledRows;
  readonly strategy: string;
  readonly maxSeconds: number;
  readonly maxSteps: number;
  /** Seed of everything that is random in the run. */
  readonly seed: number;
  readonly engine: EngineSettings;
  /** Folder for finished fits, so that a killed run goes on from them; undefined for none. */
  readonly checkpoints?: string | undefined;
}

/** How far a run is. */
export interface TrainingReport {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What a run ends with: a candidate and the gate's judgement of it. */
export interface TrainingOutcome {
  readonly model: Uint8Array;
  readonly memory: Uint8Array;
  readonly profile: ReferenceProfile;
  readonly accepted: boolean;
  /** Set when an earlier version should be live again instead of the candidate. */
  readonly restoreVersion?: number | undefined;
  /** Whether the labels have moved on by long while it was trained. */
  readonly isLate: boolean;
  readonly reasons: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  /** Name and version of the engine that it was trained on. */
  readonly engine: string;
}

/** What the trainer says to the training process. */
export type TrainingOrder =
  | { readonly kind: 'job'; readonly job: TrainingJob }
  | { readonly kind: 'fresh'; readonly rows: LabelledRows | undefined };

/**
 * What the training process says to the trainer. fresh: it asks for the rows whose labels have come
 * since.
 */
export type TrainingMessage =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'ready'; readonly engine: string }
  | { readonly kind: 'progress'; readonly report: TrainingReport }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'outcome'; readonly outcome: TrainingOutcome }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };
