import { TOPICS, type TopicName, type TopicSettings } from '@driftloop/schemas';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How many partitions a topic is created with. */
export function partitionCount(topic: TopicName, inputPartitions: number): number {
  const { partitions } = TOPICS[topic];
  return partitions === 'perInput' ? inputPartitions : partitions;
}

/**
 * What brokers take by default is 1048588 bytes for a batch; this leaves room for what a batch
 * adds.
 */
const MAX_RECORD_BYTES = 1_000_000;
/**
 * Topics that take larger records: a dead letter carries another record, a chunk's sketches those
 * of several windows of hundreds of features (drift's MOST_SKETCH_BYTES), a checkpoint the rows of
 * all open windows. All fit into a segment.
 */
const LARGE_RECORD_BYTES: Readonly<Partial<Record<TopicName, number>>> = {
  'dead.letters': 2_000_000,
  'drift.sketches': 7_000_000,
  'service.checkpoints': 7_000_000,
};
/** What a batch adds to a large record, amply. */
const BATCH_MARGIN_BYTES = 100_000;

/** Larger records are refused before they are sent: key and value together. */
export function maxRecordBytes(topic: TopicName): number {
  return LARGE_RECORD_BYTES[topic] ?? MAX_RECORD_BYTES;
}

/** Settings of a topic on Kafka. What is not named here is the broker's default. */
export function topicConfig(topic: TopicName): { name: string; value: string }[] {
  const large = LARGE_RECORD_BYTES[topic];
  const size = large === undefined ? {} : { 'max.message.bytes': large + BATCH_MARGIN_BYTES };
  const clock = TOPICS[topic].timestamps === 'broker' ? { 'message.timestamp.type': 'LogAppendTime' } : {};
  return Object.entries({ ...configOf(TOPICS[topic]), ...size, ...clock }).map(([name, value]) => ({
    name,
    value: String(value),
  }));
}

function configOf({ cleanup, retentionDays }: TopicSettings): Record<string, string | number> {
  switch (cleanup) {
    case 'delete':
      return { 'cleanup.policy': 'delete', 'retention.ms': (retentionDays ?? 7) * DAY_MS };
    case 'forever':
      return { 'cleanup.policy': 'delete', 'retention.ms': -1, 'retention.bytes': -1 };
    case 'compact':
      // Kafka compacts whole segments only, and never the one that is written to. Checkpoints are
      // read from the start, so segments are small, and cleaned as soon as a tenth of them is
      // outdated.
      return {
        'cleanup.policy': 'compact',
        'segment.bytes': 8 * 1024 * 1024,
        'segment.ms': 10 * 60 * 1000,
        'min.cleanable.dirty.ratio': 0.1,
        'max.compaction.lag.ms': 30 * 60 * 1000,
      };
  }
}
