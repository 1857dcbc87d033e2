import type { CandidateRollout, ModelSpec } from '@driftloop/schemas';
import type { CompleteWindow } from './collect.ts';
import { contenderOf, leadIn } from './contender.ts';
import type { ModelState } from './state.ts';

/** What is left of a credit after another window: half of it after about 14 windows. */
const DECAY = 0.95;
/** Rows ahead or behind that may be chance, as a share of a window's rows. */
const TOLERANCE = 0.05;

/**
 * What becomes of the next candidate that passes the gate and the last look. Where the line of
 * versions before it has won, it goes live at once; where it has lost, it is tried in shadow, until
 * the line is ahead again or its loss lies far back. Where neither is clear, one that does not come
 * late goes live at once. The later labels are, the longer a wrong version serves before they tell:
 * the line must have won the more. Where a person decides, every candidate is tried. With a canary
 * share what is said to go live at once becomes the canary, which is a trial, too.
 *
 * @param isCompared whether versions in shadow are compared at all: where the spec's detectors
 *   leave that out, a candidate in shadow would stay there for ever
 */
export function rolloutOf(
  { credit }: Pick<ModelState, 'credit'>,
  { rollout }: Pick<ModelSpec, 'rollout'>,
  isCompared: boolean,
): CandidateRollout {
  if (rollout.needsApproval) return 'shadow';
  if (!isCompared) return 'publish';
  if (credit === null) return 'fresh';
  const chance = TOLERANCE * credit.rows;
  if (credit.lead < -chance) return 'shadow';
  return credit.lead > chance * (1 + credit.lagWindows) ? 'publish' : 'fresh';
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
  const lagWindows = Math.max(0, model.now - window.end) / spec.window.lengthMs;
  model.credit = { lead: DECAY * (credit?.lead ?? 0) + lead, rows: window.n, lagWindows };
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
