import type { LetterDecision } from '@driftloop/schemas';

/** A decision, and when the broker wrote it down. */
export interface LoggedDecision {
  readonly decision: LetterDecision;
  /** Kafka's timestamp, epoch ms: the broker's clock. */
  readonly loggedAt: number;
}

/** What became of a dead letter. */
export type LetterState = 'open' | 'resending' | 'resent' | 'discarded';

/**
 * Somebody who has begun to send a letter again may do so for this long after; then another may.
 */
export const TAKE_OVER_MS = 120_000;

/**
 * What became of a letter by all decisions about it, in the order of the log. What was sent again
 * stays so. Pure; the view `letters` says the same in SQL.
 */
export function stateOf(decisions: readonly LoggedDecision[]): LetterState {
  if (decisions.some(({ decision }) => decision.kind === 'resent')) return 'resent';
  return decisions.at(-1)?.decision.kind ?? 'open';
}

/**
 * Who may send a letter again, of those who have begun to: the first, or the first who began when
 * the one before had had `takeOverMs`. Both times are the broker's. A letter that was sent is
 * nobody's.
 */
export function claimOf(
  decisions: readonly LoggedDecision[],
  takeOverMs = TAKE_OVER_MS,
): LoggedDecision | undefined {
  if (stateOf(decisions) === 'resent') return undefined;
  let claim: LoggedDecision | undefined;
  for (const logged of decisions) {
    if (logged.decision.kind !== 'resending') continue;
    if (claim === undefined || logged.loggedAt - claim.loggedAt >= takeOverMs) claim = logged;
  }
  return claim;
}
