export {
  type AheadPolicy,
  aheadEventTime,
  EARLIEST_EVENT_TIME,
  eventTimeRefusal,
  invalidEventTime,
  isEventTime,
  isEventTimeAhead,
  LATEST_EVENT_TIME,
  mostAheadMs,
} from './event-time.ts';
export * from './generated/records.ts';
export { labelProblem } from './label.ts';
export type { LabelledRows } from './labelled-rows.ts';
export {
  COMMAND_GROUPS,
  SERVING_GROUP,
  TOPIC_NAMES,
  TOPICS,
  type TopicName,
  type TopicSettings,
} from './topics.ts';
