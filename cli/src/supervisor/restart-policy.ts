import { ERRORS, isErrorCode } from '@driftloop/errors';

/** How a part that `up` has started ended. */
export interface End {
  /** Epoch ms. */
  readonly at: number;
  /** In one line. */
  readonly reason: string;
  /** How long it had been ready, ms; 0 when it never was. */
  readonly readyForMs: number;
  /** Whether the same start may go otherwise. */
  readonly mayRecover: boolean;
}

/** What to do after an end. */
export type Decision =
  | { readonly action: 'restart'; readonly afterMs: number; readonly inARow: number }
  | { readonly action: 'giveUp' };

/**
 * One that was ready for so long did not fail by its start: it begins anew with the shortest wait.
 */
const SETTLED_MS = 60_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** With the waits between them about a minute of trying, and what each start takes. */
export const MOST_IN_A_ROW = 6;

/**
 * Whether and when to start again what has ended: after 1, 2, 4, … s, six times in a row, never
 * when its settings or its data refuse it.
 *
 * @param inARow restarts that were made without it having been ready for a minute in between
 */
export function decideRestart(inARow: number, { readyForMs, mayRecover }: End): Decision {
  const before = readyForMs >= SETTLED_MS ? 0 : inARow;
  if (!mayRecover || before >= MOST_IN_A_ROW) return { action: 'giveUp' };
  return {
    action: 'restart',
    afterMs: Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** before),
    inARow: before + 1,
  };
}

/** A service that refuses its settings. */
const REFUSED_SETTINGS = 2;

/** Whether another start may go otherwise than one that ended with this code and reason. */
export function mayRecover(code: number | null, reason: string): boolean {
  const error = reason.split(':', 1)[0] ?? '';
  return code !== REFUSED_SETTINGS && !(isErrorCode(error) && ERRORS[error].lasts);
}
