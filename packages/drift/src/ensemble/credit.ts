import type { CandidateRollout, ModelSpec } from '@driftloop/schemas';
import type { CompleteWindow } from './collect.ts';
import { contenderOf, leadIn } from './contender.ts';
import type { ModelState } from './state.ts';

/** What is left of a credit after another window: half of it after about 14 windows. */
const DECAY = 0.95;
/** Rows that the line may have lost, as a share of a window's rows: less may be chance. */
const TOLERANCE = 0.05;

/**
 * What becomes of the next candidate that passes the gate and the last look: it goes live at once
 * unless the line of versions before it has lost more than it has won. Then it is tried in shadow,
 * until the line is ahead again or its loss lies far back.
 *
 * @param isCompared whether versions in shadow are compared at all: where the spec's detectors
 *   leave that out, a candidate in shadow would stay there for ever. With a canary share the canary
 *   is the trial.
 */
export function rolloutOf(
  { credit }: Pick<ModelState, 'credit'>,
  { rollout }: Pick<ModelSpec, 'rollout'>,
  isCompared: boolean,
): CandidateRollout {
  if (!isCompared || rollout.canaryShare > 0) return 'publish';
  return credit !== null && credit.lead < -TOLERANCE * credit.rows ? 'shadow' : 'publish';
}

/**
 * Learns from a window of the live version how far the newest version (the candidate in shadow,
 * else the live one) is ahead of the yardstick: the oldest version of those that the spec has
 * answer in shadow, where the two are not the same. Without a yardstick the candidate is measured
 * against the live version. Call it after the window's rivals were weighed.
 */
export function learnCredit(model: ModelState, window: CompleteWindow, spec: ModelSpec): void {
  const { version: live, credit } = model;
  const contender = contenderOf(model, spec);
  const newest = contender && leadIn(window, contender.version);
  const yardstick = yardstickOf(window, live, spec);
  const isSame = newest === undefined && (yardstick === undefined || yardstick.isLive);
  if (isSame) return;
  const lead = ((newest ?? 0) - (yardstick?.lead ?? 0)) * window.n;
  model.credit = { lead: DECAY * (credit?.lead ?? 0) + lead, rows: window.n };
}

function yardstickOf(
  window: CompleteWindow,
  live: number,
  { rollout }: ModelSpec,
): { readonly lead: number; readonly isLive: boolean } | undefined {
  const oldestFirst = [...rollout.shadowVersions].sort((a, b) => a - b);
  for (const version of oldestFirst) {
    if (version === live) return { lead: 0, isLive: true };
    const lead = leadIn(window, version);
    if (lead !== undefined) return { lead, isLive: false };
  }
  return undefined;
}
