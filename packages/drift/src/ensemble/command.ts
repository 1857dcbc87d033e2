import type { CandidateRollout, ModelSpec, RetrainCommand } from '@driftloop/schemas';
import { selectData } from '../selection/select.ts';
import type { ChangePoint } from './change-point.ts';
import { about, certaintyOf, issue, patienceMs } from './issue.ts';
import { provenRival } from './rivals.ts';
import type { ModelState } from './state.ts';

/**
 * Share of minLabels that must have come since the change: without, training would repeat the past.
 */
const PRESENT_SHARE = 0.1;

/** What there is to know when a new version may be due. */
export interface Occasion {
  readonly changePoint: ChangePoint | undefined;
  /** Why, in words. */
  readonly reasons: readonly string[];
  /**
   * Labels have just come: a version that is only old is replaced then, and not with labels that
   * are a window staler.
   */
  readonly isLabelled: boolean;
  /** What becomes of the candidate. */
  readonly rollout: CandidateRollout;
  /** Whether versions on trial are compared with the live one at all. */
  readonly isCompared: boolean;
  /**
   * Whether a fault of the pipeline has spoilt the newest inputs: then the source is to be mended.
   */
  readonly isFaulty: boolean;
}

/**
 * The command to train a new version, if one is due: there is drift, or the live version has
 * reached its greatest age; retraining is enabled, the last command is a cooldown ago and its
 * candidate not on trial, and enough labelled rows are known, some of them since the change. Drift
 * is what windows show: an alarm of rows says that the truth has changed, and not yet that the
 * version has become worse (docs/decisions/row-watch-in-services.md). While a fault of the pipeline
 * spoils the inputs it asks for none: no version is to learn it.
 *
 * @param now wall clock, for `issuedAt` only; the id is a hash of everything else
 */
export function retrainCommand(
  model: ModelState,
  spec: ModelSpec,
  { changePoint, reasons, isLabelled, rollout, isCompared, isFaulty }: Occasion,
  now: number,
): RetrainCommand | undefined {
  const { retrain } = spec;
  const age = model.now - Math.max(model.versionSince, model.command?.at ?? 0);
  const isOld = isLabelled && retrain.maxAgeMs > 0 && age >= retrain.maxAgeMs;
  const isDrift = model.byWindows === 'drift' && !isFaulty;
  const isCooling = model.command !== null && model.now - model.command.at < retrain.cooldownMs;
  // Trained now, the next candidate would end the trial of the one before, and so would the next
  // but one end that of the next: none would ever go live.
  if (!retrain.enabled || isCooling || model.awaited !== null || !(isDrift || isOld)) return undefined;
  const presentFrom = isDrift ? (changePoint?.from ?? model.now) : model.now;
  const selection = selectData({ history: model.history, presentFrom, policy: retrain });
  const needed = isOld ? 0 : Math.max(1, PRESENT_SHARE * retrain.minLabels);
  if (selection.rows < Math.max(1, retrain.minLabels) || selection.presentRows < needed) return undefined;
  const days = (age / 86_400_000).toFixed(0);
  model.command = { at: model.now };
  const isTried = rollout !== 'publish' || (isCompared && spec.rollout.canaryShare > 0);
  model.awaited = isTried ? { since: model.now, missed: 0 } : null;
  return issue(model, spec, now, {
    action: 'retrain',
    restoreVersion: null,
    rollout,
    selection: selection.ranges,
    reasons: isDrift
      ? reasons
      : [`version ${model.version} is ${days} days old, the most that its spec allows`],
  });
}

/**
 * The command to make a version live that the spec has answer in shadow, if one has been proven
 * better than the live version on the same requests and the loop may change versions. It is not
 * asked for again from the same version before the cooldown and four windows are over.
 *
 * @param now wall clock, for `issuedAt` only; the id is a hash of everything else
 */
export function restoreCommand(model: ModelState, spec: ModelSpec, now: number): RetrainCommand | undefined {
  const rival = provenRival(model, spec);
  const isAsked =
    model.askedBack?.from === model.version && model.now - model.askedBack.at < patienceMs(spec);
  if (!spec.retrain.enabled || isAsked || !rival) return undefined;
  model.askedBack = { at: model.now, from: model.version, to: rival.version };
  return issue(model, spec, now, about('restore', rival.version, [rival.text, certaintyOf(rival)]));
}
