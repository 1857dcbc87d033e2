export {
  type ClosedThrough,
  checkSignals,
  closedOf,
  compareConclusions,
  compareTables,
  compareTopics,
  rowCounts,
} from './check/check-run.ts';
export type { WindowCheck } from './check/check-windows.ts';
export { compareRows, isSame, type RowDifferences } from './check/compare-rows.ts';
export { expectedRows } from './check/expected-rows.ts';
export { type Conclusions, readConclusions } from './conclusions/conclusions.ts';
export { replayed } from './conclusions/replayed.ts';
export type { Row } from './conclusions/row.ts';
export { feed } from './live/feed.ts';
export { type InputLog, type InputRecord, labelRecord, requestRecord } from './live/input-log.ts';
export { type RegisteredVersion, registerVersions } from './live/register.ts';
export { CONCLUDING_SERVICES } from './live/services.ts';
export { READERS, readShare, settled } from './live/settle.ts';
export { openStack, type RunStack } from './live/stack.ts';
export { createTimedTopics } from './live/timed-topics.ts';
export { fixedLog } from './log/fixed-log.ts';
export { subjects, versionsOf } from './log/models.ts';
