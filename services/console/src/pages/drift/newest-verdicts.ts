import type { VerdictRow } from '../../queries/history.ts';

/**
 * The last word about each of the newest windows, newest first; and the newest verdict that led to
 * something, wherever it is: that is what a person asks about. Pure.
 *
 * @param verdicts in the order they were given
 */
export function newestVerdicts(verdicts: readonly VerdictRow[], most: number): VerdictRow[] {
  // An alarm between windows may lie at the start of one.
  const lastOf = new Map<string, VerdictRow>();
  for (const verdict of verdicts) lastOf.set(`${verdict.windowStart}/${verdict.windowEnd}`, verdict);
  const newest = [...lastOf.values()].sort((one, other) => other.sequence - one.sequence).slice(0, most);
  const acted = verdicts.findLast(({ action }) => action !== 'none');
  if (acted === undefined || newest.includes(acted)) return newest;
  return [...newest, acted].sort((one, other) => other.sequence - one.sequence);
}
