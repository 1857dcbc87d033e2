/**
 * How much time a version may cost by ending its process; pure but for the clock that is passed in.
 */
export interface EndingBudget {
  /** The version has ended its process. @param ms what that cost */
  spend(ms: number, now: number): void;
  /** How long the version is to be held back, milliseconds; 0 when it may run. */
  heldForMs(now: number): number;
}

/** Spent by one burst: so long at most a partition stands still. */
const MOST_MS = 8_000;
/** What comes back per millisecond: the share of the time that a version may cost for good. */
const REFILL = 0.1;
/** What starting and loading again costs, about. */
export const RESTART_MS = 400;

/**
 * Requests that end the process of their version are tried one by one, and others of their
 * partition wait. One does no harm; for a version that ends its process again and again there must
 * be an end of it.
 */
export function createEndingBudget(): EndingBudget {
  let left = MOST_MS;
  let at = 0;
  const refill = (now: number) => {
    left = Math.min(MOST_MS, left + (now - at) * REFILL);
    at = now;
  };
  return {
    spend(ms, now) {
      refill(now);
      left -= ms;
    },
    heldForMs(now) {
      refill(now);
      return left > 0 ? 0 : Math.ceil(-left / REFILL) + 1;
    },
  };
}
