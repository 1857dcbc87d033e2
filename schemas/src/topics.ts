import type { CommandAction, TopicRecords } from './generated/records.ts';

/** Every topic of driftloop, by its name without prefix. */
export type TopicName = keyof TopicRecords;

/** How a topic is laid out on Kafka. */
export interface TopicSettings {
  /**
   * Number of partitions; `perInput` topics share the number set by `INPUT_PARTITIONS` so that a
   * prediction can lie on its request's partition.
   */
  readonly partitions: number | 'perInput';
  /** `compact` keeps the newest record per key; `delete` drops by age; `forever` keeps all. */
  readonly cleanup: 'compact' | 'delete' | 'forever';
  /** Age in days after which records may be dropped; only with `delete`. */
  readonly retentionDays?: number;
  /**
   * `broker` stamps records with the time at which they were appended (LogAppendTime): one clock,
   * the log's own, that no producer can set.
   * @default 'producer': what producers say, their own time of sending unless they say another
   */
  readonly timestamps?: 'broker' | 'producer';
  /** What the record key is. */
  readonly key: string;
}

/** The topic table. `inference.*` carry traffic, the others carry what driftloop makes of it. */
export const TOPICS: { readonly [T in TopicName]: TopicSettings } = {
  'inference.requests': {
    partitions: 'perInput',
    cleanup: 'delete',
    retentionDays: 7,
    timestamps: 'broker',
    key: 'requestId',
  },
  'inference.predictions': { partitions: 'perInput', cleanup: 'delete', retentionDays: 7, key: 'requestId' },
  'inference.labels': {
    partitions: 'perInput',
    cleanup: 'delete',
    retentionDays: 30,
    timestamps: 'broker',
    key: 'requestId',
  },
  'payload.events': {
    partitions: 'perInput',
    cleanup: 'delete',
    retentionDays: 7,
    timestamps: 'broker',
    key: 'model/callId',
  },
  'drift.sketches': {
    partitions: 'perInput',
    cleanup: 'delete',
    retentionDays: 7,
    timestamps: 'broker',
    key: 'model',
  },
  'drift.signals': { partitions: 'perInput', cleanup: 'delete', retentionDays: 30, key: 'model' },
  'drift.verdicts': { partitions: 'perInput', cleanup: 'delete', retentionDays: 30, key: 'model' },
  'retrain.commands': { partitions: 'perInput', cleanup: 'delete', retentionDays: 30, key: 'model' },
  'training.progress': { partitions: 1, cleanup: 'delete', retentionDays: 7, key: 'model' },
  'model.specs': { partitions: 1, cleanup: 'compact', key: 'model' },
  'model.events': { partitions: 1, cleanup: 'forever', timestamps: 'broker', key: 'model' },
  'model.notes': { partitions: 1, cleanup: 'forever', timestamps: 'broker', key: 'model' },
  'dead.letters': { partitions: 1, cleanup: 'delete', retentionDays: 30, key: 'original key' },
  'letter.decisions': {
    partitions: 1,
    cleanup: 'forever',
    timestamps: 'broker',
    key: 'topic/partition/offset',
  },
  'study.events': { partitions: 1, cleanup: 'forever', timestamps: 'broker', key: 'study' },
  'notification.rules': { partitions: 1, cleanup: 'compact', timestamps: 'broker', key: 'name' },
  'notification.events': {
    partitions: 1,
    cleanup: 'delete',
    retentionDays: 30,
    timestamps: 'broker',
    key: 'rule',
  },
  'service.checkpoints': { partitions: 1, cleanup: 'compact', key: 'service/topic/partition' },
  'access.tokens': { partitions: 1, cleanup: 'compact', timestamps: 'broker', key: 'tokenId' },
  'access.uses': { partitions: 1, cleanup: 'compact', key: 'tokenId' },
  'access.answers': {
    partitions: 1,
    cleanup: 'delete',
    retentionDays: 1,
    timestamps: 'broker',
    key: 'callId',
  },
  'access.audit': { partitions: 1, cleanup: 'forever', timestamps: 'broker', key: 'auditId' },
};

/** All topic names, in the order of the table. */
export const TOPIC_NAMES = Object.keys(TOPICS) as TopicName[];

/**
 * Consumer groups of retrain.commands, by what they carry out: a version that is to be live is not
 * kept waiting by a training run, so what takes no time is read by itself.
 */
export const COMMAND_GROUPS: Readonly<Record<CommandAction, string>> = {
  retrain: 'trainer',
  restore: 'trainer-restore',
  promote: 'trainer-restore',
  reject: 'trainer-restore',
};

/**
 * Consumer group of the inference service on inference.requests: what it has committed is answered
 * or refused.
 */
export const SERVING_GROUP = 'inference';

/**
 * Consumer group of each drift service, by the topic that it reads: what it has committed is in
 * sketches or refused.
 */
export const DRIFT_GROUPS = {
  'inference.requests': 'data-drift.map',
  'inference.predictions': 'prediction-drift.map',
  'inference.labels': 'concept-drift.map',
} as const satisfies Partial<Record<TopicName, string>>;
