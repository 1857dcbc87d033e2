import type { DriftPolicy } from '@driftloop/schemas';

/** Labelled rows between false alarms where a spec does not say. */
export const USUAL_ROWS_BUDGET = 50_000;
/** The square of this is still a number. */
const MOST_ROWS = 1e100;

/**
 * Labelled rows between two false alarms of the row watch that the spec accepts.
 *
 * @returns undefined where rows are not watched
 */
export function rowsBudgetOf({
  expectedRowsBetweenFalseAlarms = USUAL_ROWS_BUDGET,
}: Pick<DriftPolicy, 'expectedRowsBetweenFalseAlarms'>): number | undefined {
  if (expectedRowsBetweenFalseAlarms <= 0) return undefined;
  return Math.min(MOST_ROWS, Math.max(2, expectedRowsBetweenFalseAlarms));
}
