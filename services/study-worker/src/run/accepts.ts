import { type StudyState, studyId } from '@driftloop/studies';

/** Whose shell steps a worker runs. */
export interface StepSettings {
  /** Folder that all workers see; empty for no steps at all. */
  readonly folder: string;
  /** Ids of the studies whose steps are run; empty for all. */
  readonly stepsOf: readonly string[];
}

/**
 * Whether a worker works on a study. Backtests run no code of others; steps are commands, and
 * whoever may write to study.events writes them. An id has the hash of what a study says, so one
 * that is named is what its author has seen. Pure.
 */
export function accepts(
  { id, study }: Pick<StudyState, 'id' | 'study'>,
  { folder, stepsOf }: StepSettings,
): boolean {
  if (!study.steps) return true;
  if (folder === '') return false;
  return stepsOf.length === 0 || (stepsOf.includes(id) && studyId(study) === id);
}
