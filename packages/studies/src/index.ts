export type { Metrics } from './design/jobs.ts';
export { checkStudy } from './design/study.ts';
export {
  type FollowedStudies,
  followStudies,
  followStudy,
  planStudy,
  readStudies,
  requireStudy,
  studyId,
} from './jobs/follow-studies.ts';
export type { Picked } from './jobs/pick.ts';
export { isFinished, type StudyState } from './jobs/state.ts';
export { createWorker, type Worker } from './jobs/worker.ts';
export { studyPage } from './outcome/page.ts';
export { proposalOf } from './outcome/proposal.ts';
export { bestRow, type StudyTable, studyTable } from './outcome/table.ts';
