import type { DriftVerdict } from '@driftloop/schemas';

/** Where a replay concluded something else than what happened live. */
export interface VerdictDifference {
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Null where live, or the replay, gave no verdict on this window. */
  readonly live: Pick<DriftVerdict, 'state' | 'action'> | null;
  readonly replayed: Pick<DriftVerdict, 'state' | 'action'> | null;
}

/**
 * Lists the windows whose verdicts differ in state or action, in order of time; the last verdict of
 * a window counts.
 */
export function compareVerdicts(
  live: readonly DriftVerdict[],
  replayed: readonly DriftVerdict[],
): VerdictDifference[] {
  const before = byWindow(live);
  const after = byWindow(replayed);
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .map((key): VerdictDifference | undefined => {
      const [was, is] = [before.get(key), after.get(key)];
      const some = was ?? is;
      if (!some || (was?.state === is?.state && was?.action === is?.action)) return undefined;
      const { windowStart, windowEnd } = some;
      return { windowStart, windowEnd, live: outcomeOf(was), replayed: outcomeOf(is) };
    })
    .filter((difference) => difference !== undefined)
    .sort((a, b) => a.windowStart - b.windowStart || a.windowEnd - b.windowEnd);
}

function byWindow(verdicts: readonly DriftVerdict[]): Map<string, DriftVerdict> {
  return new Map(verdicts.map((verdict) => [`${verdict.windowStart}/${verdict.windowEnd}`, verdict]));
}

function outcomeOf(verdict: DriftVerdict | undefined): VerdictDifference['live'] {
  return verdict ? { state: verdict.state, action: verdict.action } : null;
}
