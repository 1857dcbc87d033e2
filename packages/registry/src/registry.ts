import type { CandidateRollout, ModelSpec } from '@driftloop/schemas';
import type { ModelEntry, ModelListener } from './folded-models.ts';
import type { NewVersion } from './registration.ts';
import type { ReleaseStep } from './release.ts';
import type { Artifact } from './store/artifact-store.ts';

/**
 * What a person or the CLI registers. Left out: no parent, no command, the newest known event time,
 * actor 'user'.
 */
export interface RegisterOptions
  extends Pick<NewVersion, 'spec' | 'onnx' | 'reports' | 'profile' | 'memory' | 'metrics' | 'measured'>,
    Partial<Pick<NewVersion, 'parentVersion' | 'commandId' | 'eventTime' | 'reasons' | 'actor' | 'lineage'>> {
  /** Whether the version is live at once. */
  readonly publish: boolean;
}

/** What the trainer hands over: a new version of a known model with the gate's judgement. */
export interface CandidateOptions extends Omit<NewVersion, 'spec'> {
  readonly model: string;
  /** Whether it passed the gate; else it is rejected. */
  readonly accepted: boolean;
  /**
   * What becomes of it where it passed: it is live at once (the canary, where the spec has a
   * canaryShare), or answers in shadow first.
   */
  readonly rollout: Exclude<CandidateRollout, 'fresh'>;
}

/** What is decided about a candidate on trial, in shadow or as canary, and by whom. */
export interface TrialDecision {
  readonly version: number;
  readonly reason: string;
  readonly actor: string;
  readonly commandId?: string | null;
  /** Event time up to which the stream had been seen, milliseconds. */
  readonly eventTime: number;
  /** What the decision goes by, in figures. @default none */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What a person decides about a version. */
export interface PersonsDecision {
  /** @default the one on trial: in shadow, or else the canary */
  readonly version?: number;
  /** Why; kept in the history. */
  readonly reason: string;
  readonly actor: string;
}

/** Where a version was brought. */
export interface Released {
  readonly version: number;
  readonly is: ReleaseStep;
}

/** How to roll back. */
export interface RollbackOptions {
  /** Version to bring back. @default the one that was live before */
  readonly to?: number;
  /** Version to take down; nothing happens where another is live by now. @default the live one */
  readonly from?: number;
  readonly reason: string;
  readonly actor: string;
  readonly commandId?: string | null;
  /** @default the newest event time known of the model */
  readonly eventTime?: number;
}

/** Models, their versions and artifacts: folded from model.specs and model.events, and followed. */
export interface Registry {
  models(): ModelEntry[];
  /** @returns undefined while the model has no spec */
  model(name: string): ModelEntry | undefined;
  /** @returns a function that ends it */
  onChange(listener: ModelListener): () => void;
  /** Resolves once everything has been folded that was in the topics when it was called. */
  sync(): Promise<void>;
  /** The same of the events alone; costs little where they are known. */
  catchUp(): Promise<void>;
  /**
   * @throws DriftloopError MODEL_UNKNOWN, VERSION_UNKNOWN, ARTIFACT_MISSING, ARTIFACT_CORRUPT,
   *   ARTIFACTS_UNAVAILABLE
   */
  artifact(model: string, version: number): Promise<Artifact>;
  /** The reference profile of a version, parsed JSON; kept in memory. */
  profile(model: string, version: number): Promise<unknown>;
  /**
   * Checks a spec as `publishSpec` does, and publishes nothing.
   * @throws DriftloopError SPEC_INVALID
   */
  checkSpec(spec: unknown): ModelSpec;
  /**
   * Checks and publishes a spec; resolves once it has come back.
   * @throws DriftloopError SPEC_INVALID
   */
  publishSpec(spec: unknown): Promise<ModelSpec>;
  /**
   * Registers a version, and its spec where that is new or has changed. Safe to repeat with a
   * commandId.
   *
   * @returns the version number it got
   * @throws DriftloopError SPEC_INVALID, MODEL_INVALID, ARTIFACTS_UNAVAILABLE
   */
  register(options: RegisterOptions): Promise<number>;
  /**
   * Registers what a training run made and publishes it, lets it answer in shadow, or rejects it.
   * Safe to repeat.
   *
   * @returns the version number it got
   */
  addCandidate(options: CandidateOptions): Promise<number>;
  /**
   * Brings a candidate on trial one step on: from shadow to canary where the spec has a
   * canaryShare, else live. Nothing happens where that version is not on trial (any more), or
   * another than `from` is live by now. Safe to repeat for the same command.
   *
   * @returns what it is now; undefined where nothing happened
   * @throws DriftloopError MODEL_UNKNOWN, VERSION_NOT_SERVABLE, and ARTIFACT_MISSING,
   *   ARTIFACT_CORRUPT or ARTIFACTS_UNAVAILABLE where its artifact cannot be read
   */
  promote(
    model: string,
    options: TrialDecision & {
      /** Version that must be live. @default any */
      readonly from?: number;
    },
  ): Promise<'canary' | 'live' | undefined>;
  /**
   * Rejects a candidate on trial; nothing happens where that version is not on trial (any more).
   * Safe to repeat.
   *
   * @returns whether it was done
   * @throws DriftloopError MODEL_UNKNOWN
   */
  reject(model: string, options: TrialDecision): Promise<boolean>;
  /**
   * Brings a version where a person wants it: into shadow, to a share of the requests, or live.
   *
   * @returns what it is now
   * @throws DriftloopError MODEL_UNKNOWN, VERSION_UNKNOWN, VERSION_NOT_SERVABLE, and
   *   ARTIFACT_MISSING, ARTIFACT_CORRUPT or ARTIFACTS_UNAVAILABLE where its artifact cannot be read
   */
  release(
    model: string,
    options: PersonsDecision & {
      /** @default one step on: canary where the spec has a share for one, then live */
      readonly to?: ReleaseStep;
    },
  ): Promise<Released>;
  /**
   * Gives a version on trial up, because a person says so.
   *
   * @returns its number
   * @throws DriftloopError MODEL_UNKNOWN, VERSION_UNKNOWN, and VERSION_NOT_SERVABLE where it is not
   *   on trial
   */
  withdraw(model: string, options: PersonsDecision): Promise<number>;
  /**
   * Takes the live version down and brings another one back; nothing happens where that one is live
   * already, or the one to take down no longer is.
   *
   * @returns the version that is live now
   * @throws DriftloopError MODEL_UNKNOWN, MODEL_NOT_LIVE, VERSION_UNKNOWN, VERSION_NOT_SERVABLE,
   *   and ARTIFACT_MISSING, ARTIFACT_CORRUPT or ARTIFACTS_UNAVAILABLE where the one to bring back
   *   cannot be read
   */
  rollback(model: string, options: RollbackOptions): Promise<number>;
  /** Whether specs and events are being read, and if not, why: what is known may then be old. */
  health(): { readonly ok: boolean; readonly reason?: string };
  close(): Promise<void>;
}
