import { buildReferenceProfile, type ReferenceProfile } from '@driftloop/drift';
import type { LabelledRows } from '@driftloop/spec';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import { lookAgain } from '../retrain/last-look.ts';
import { comesLate } from '../retrain/lateness.ts';
import type { EarlierVersion, RetrainOptions } from '../retrain/options.ts';
import { retrain } from '../retrain/retrain.ts';
import { timeLimitReasons } from '../retrain/time-limit.ts';

/** What a candidate is made from. */
export interface CandidateInput extends Omit<RetrainOptions, 'live' | 'earlier' | 'spec'> {
  readonly spec: Parameters<typeof buildReferenceProfile>[0]['spec'];
  readonly live: EarlierVersion & { readonly profile: ReferenceProfile };
  readonly earlier: readonly EarlierVersion[];
  /**
   * Labelled rows younger than the training rows, asked for once something has passed the gate;
   * undefined when none can be had.
   */
  freshRows(): Promise<LabelledRows | undefined>;
}

/** A candidate and what was decided about it. */
export interface Candidate {
  /** ONNX file. */
  readonly model: Uint8Array;
  readonly memory: ReplayMemory;
  readonly profile: ReferenceProfile;
  /** Whether it may go live, or on trial. */
  readonly accepted: boolean;
  /** Set when an earlier version should be live again instead of the candidate. */
  readonly restoreVersion?: number | undefined;
  /** Whether the labels have moved on by long while it was trained. */
  readonly isLate: boolean;
  /** For people. */
  readonly reasons: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Trains and judges a candidate and describes its reference. What passes the gate is looked at
 * again on the rows whose labels came meanwhile: the live version and those that the spec has
 * answer in shadow may do better on them. The trainer and a backtest are both this.
 *
 * @throws DriftloopError DATA_INVALID or TRAINING_FAILED
 */
export async function makeCandidate(input: CandidateInput): Promise<Candidate> {
  const { engine, spec, data, live, earlier, budget } = input;
  const result = await retrain({ ...input, live: live.model });
  // They may have to be read while the profile is made.
  const fresh = result.accepted ? input.freshRows() : undefined;
  const { judged } = result;
  const profile = buildReferenceProfile({
    spec,
    data,
    heldOut: { data: judged.rows, outputs: judged.outputs },
    // Sketches made for the live version then merge with the new one's.
    layout: live.profile.layout,
  });
  const rows = await fresh;
  const overruled =
    rows?.width === data.width
      ? await lookAgain({ engine, spec, candidate: result.model, live, earlier, fresh: rows })
      : undefined;
  return {
    model: result.model,
    memory: result.memory,
    profile,
    accepted: result.accepted && overruled === undefined,
    isLate: comesLate(data, rows, spec.window.lengthMs),
    restoreVersion:
      overruled === undefined || overruled.version === live.version
        ? result.restoreVersion
        : overruled.version,
    reasons:
      overruled === undefined
        ? result.reasons
        : [overruled.reason, ...timeLimitReasons(result.metrics.stoppedByTime ?? 0, budget.maxSeconds)],
    metrics: result.metrics,
  };
}
