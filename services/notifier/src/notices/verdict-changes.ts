import type { DriftVerdict } from '@driftloop/schemas';

/** Tells verdicts that change a model's state from those that repeat it. */
export interface VerdictChanges {
  /**
   * Takes the next verdict of a partition. A model that nothing is known of counts as stable. One
   * that was written again after a crash changes nothing.
   */
  isChange(verdict: Told): boolean;
}

type Told = Pick<DriftVerdict, 'model' | 'state' | 'sequence' | 'windowEnd'>;

/** @param before verdicts that came before, oldest first */
export function createVerdictChanges(before: Iterable<Told> = []): VerdictChanges {
  const last = new Map<string, Told>();
  const isChange = (verdict: Told) => {
    const known = last.get(verdict.model);
    // A log that was made anew counts from 0 again, with later windows.
    if (known && verdict.sequence <= known.sequence && verdict.windowEnd <= known.windowEnd) return false;
    const { model, state, sequence, windowEnd } = verdict;
    last.set(model, { model, state, sequence, windowEnd });
    return state !== (known?.state ?? 'stable');
  };
  for (const verdict of before) isChange(verdict);
  return { isChange };
}
