export type { Codec } from './codec.ts';
export * from './generated/records.ts';
export {
  COMMAND_GROUPS,
  DRIFT_GROUPS,
  SERVING_GROUP,
  TOPIC_NAMES,
  TOPICS,
  type TopicName,
  type TopicSettings,
} from './topics.ts';
