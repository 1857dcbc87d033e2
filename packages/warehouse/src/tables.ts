import type { TopicName } from '@driftloop/schemas';

/** Topics that are kept in ClickHouse: all but those that only driftloop's own services read. */
export type StoredTopic = Exclude<
  TopicName,
  | 'drift.sketches'
  | 'service.checkpoints'
  | 'payload.events'
  | 'access.tokens'
  | 'access.uses'
  | 'access.answers'
  | 'study.events'
  | 'notification.rules'
  | 'model.notes'
>;

/**
 * Name of the view of each stored topic. Its rows lie in `stored_<name>`, enter through the Kafka
 * engine table `queue_<name>` and the materialized view `ingest_<name>`.
 */
export const STORED_TABLES: Readonly<Record<StoredTopic, string>> = {
  'inference.requests': 'requests',
  'inference.predictions': 'predictions',
  'inference.labels': 'labels',
  'drift.signals': 'signals',
  'drift.verdicts': 'verdicts',
  'retrain.commands': 'commands',
  'training.progress': 'training_progress',
  'model.specs': 'model_specs',
  'model.events': 'model_events',
  'dead.letters': 'dead_letters',
  'letter.decisions': 'letter_decisions',
  'access.audit': 'audit',
  'notification.events': 'notification_events',
};

/** Whether a topic is kept in ClickHouse. */
export function isStoredTopic(topic: string): topic is StoredTopic {
  return Object.hasOwn(STORED_TABLES, topic);
}
