import type { DriftPolicy } from '@driftloop/schemas';

/** Nobody waits longer, and the square of this is still a number. */
const LONGEST = 1e100;

/** Windows between false alarms that the user accepts, at least 2. */
export function budgetOf(policy: DriftPolicy): number {
  return Math.min(LONGEST, Math.max(2, policy.expectedWindowsBetweenFalseAlarms));
}
