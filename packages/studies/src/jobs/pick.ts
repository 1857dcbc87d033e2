import type { Job } from '../design/jobs.ts';
import { isReady, type Studies, type StudyState } from './state.ts';

/** A job and its study. */
export interface Picked {
  readonly state: StudyState;
  readonly job: Job;
}

/** Ready jobs that a worker chooses from: the more, the less two of them want the same. */
const CHOICE = 16;

/**
 * The job that a worker tries next: of the highest priority, then of the study that was planned
 * first, and of its first ready jobs one by chance, so that workers seldom want the same.
 *
 * @param chance uniform on [0, 1)
 * @param now log time, epoch ms
 * @param accepts whether it works on a study
 * @returns undefined while nothing is ready
 */
export function pickJob(
  studies: Studies,
  now: number,
  chance: number,
  accepts: (state: StudyState) => boolean,
): Picked | undefined {
  const order = [...studies.values()]
    .filter(accepts)
    .sort((a, b) => (b.study.priority ?? 0) - (a.study.priority ?? 0) || a.plannedAt - b.plannedAt);
  for (const state of order) {
    const ready: Job[] = [];
    for (const job of state.jobs) {
      if (isReady(state, job, now)) ready.push(job);
      if (ready.length === CHOICE) break;
    }
    const job = ready[Math.floor(chance * ready.length)];
    if (job) return { state, job };
  }
  return undefined;
}
