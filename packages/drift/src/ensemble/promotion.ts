import type { ModelSpec, RetrainCommand } from '@driftloop/schemas';
import type { CompleteWindow } from './collect.ts';
import { contenderOf, leadIn } from './contender.ts';
import { about, certaintyOf, issue, patienceMs } from './issue.ts';
import { limitOf } from './rivals.ts';
import type { ModelState, RivalState } from './state.ts';

/**
 * Windows in which a candidate is compared at most, and windows that a command waits for its
 * candidate: so long nothing else is trained.
 */
const PATIENCE = 8;
/** Windows after which a candidate that has lost more rows than it has won is given up. */
const LEAST = 4;
/**
 * With a canary share releases are rare and deliberate: a candidate has so many times as long to be
 * proven better. At 336 rows a window a lead of three points is found in most.
 */
const CANARY_PATIENCE = 4;

/**
 * The command to make the candidate in shadow live, if it has been proven better than the live
 * version and the loop may change versions by itself. With a canary share it is the canary first,
 * and is asked for once more when it has stayed ahead for a while.
 *
 * @param now wall clock, for `issuedAt` only; the id is a hash of everything else
 */
export function promoteCommand(model: ModelState, spec: ModelSpec, now: number): RetrainCommand | undefined {
  const contender = contenderOf(model, spec);
  if (!spec.retrain.enabled || spec.rollout.needsApproval || !contender) return undefined;
  if (isPromoted(model, contender, spec)) return undefined;
  if (contender.evidence.value < limitOf(model, spec)) return undefined;
  const { version, text } = contender;
  model.promoted = { at: model.now, version };
  return issue(model, spec, now, about('promote', version, [text, certaintyOf(contender)]));
}

/**
 * The command to give the candidate on trial up, if it has been compared for long without being
 * proven better, or does worse: the next one may be trained then. Where a person decides, only one
 * that does worse is given up.
 *
 * @param now wall clock, for `issuedAt` only; the id is a hash of everything else
 */
export function rejectCommand(model: ModelState, spec: ModelSpec, now: number): RetrainCommand | undefined {
  const contender = contenderOf(model, spec);
  if (!spec.retrain.enabled || !contender || isPromoted(model, contender, spec)) return undefined;
  const { version, windows, lead, text } = contender;
  const isWorse = windows >= LEAST && lead < 0;
  if (!isWorse && (spec.rollout.needsApproval || windows < mostWindows(spec))) return undefined;
  model.rejected = version;
  model.awaited = null;
  const why = isWorse
    ? `in ${windows} windows version ${version} has lost more rows to version ${model.version} than it has won`
    : `in ${windows} windows version ${version} has not been proven better than version ${model.version}`;
  return issue(model, spec, now, about('reject', version, [text, why]));
}

/**
 * Counts the windows that have gone by without the candidate of the newest command: the gate may
 * have turned it down, or it is late. After some the command counts as decided. Windows that began
 * before it do not count, however late their labels come.
 */
export function awaitCandidate(model: ModelState, window: CompleteWindow, spec: ModelSpec): void {
  const { awaited } = model;
  if (awaited === null || window.start < awaited.since) return;
  const contender = contenderOf(model, spec);
  const isThere = contender !== undefined && leadIn(window, contender.version) !== undefined;
  const missed = isThere ? 0 : awaited.missed + 1;
  model.awaited = missed < PATIENCE ? { since: awaited.since, missed } : null;
}

/** Windows in which a candidate may prove better. */
function mostWindows({ rollout }: Pick<ModelSpec, 'rollout'>): number {
  return rollout.canaryShare > 0 ? CANARY_PATIENCE * PATIENCE : PATIENCE;
}

/** It was asked for a while ago and may yet go live. */
function isPromoted({ promoted, now }: ModelState, { version }: RivalState, spec: ModelSpec): boolean {
  return promoted?.version === version && now - promoted.at < patienceMs(spec);
}
