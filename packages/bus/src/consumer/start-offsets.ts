import { type Lookup, listOffsets } from '../kafka/offsets.ts';
import { retry } from '../retry.ts';
import { isForeign } from './commit-metadata.ts';
import type { TopicPartition } from './group-member.ts';

const LOOKUP_TIMEOUT_MS = 60_000;

/** Where a group begins on one partition. */
export interface StartOffset extends TopicPartition {
  readonly offset: number;
  readonly isCommitted: boolean;
  /** The topic's id; undefined where brokers tell none. */
  readonly topicId: string | undefined;
  /** One past the last record. */
  readonly end: number;
  /** Looks up the first offset that is kept by then. */
  earliest(): Promise<number>;
}

/**
 * The group's commits, or the beginning or end of partitions that have none.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE
 */
export async function startOffsets(options: {
  readonly lookup: Lookup;
  /** With prefix. */
  readonly group: string;
  readonly partitions: readonly TopicPartition[];
  readonly fromBeginning: boolean;
  readonly signal: AbortSignal;
}): Promise<StartOffset[]> {
  const { lookup, group, partitions, fromBeginning, signal } = options;
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const ids = await topicIds(lookup, topics, signal);
  const committed = await committedOffsets(lookup, group, partitions, ids, signal);
  const begins = new Map<string, Map<number, number>>();
  const ends = new Map<string, Map<number, number>>();
  for (const topic of topics) {
    ends.set(topic, await listOffsets(lookup, topic, 'latest'));
    begins.set(
      topic,
      fromBeginning ? await listOffsets(lookup, topic, 'earliest') : (ends.get(topic) ?? new Map()),
    );
  }
  return partitions.map(({ topic, partition }) => {
    const commit = committed.get(`${topic}/${partition}`);
    return {
      topic,
      partition,
      offset: commit ?? begins.get(topic)?.get(partition) ?? 0,
      isCommitted: commit !== undefined,
      topicId: ids.get(topic),
      end: ends.get(topic)?.get(partition) ?? 0,
      earliest: async () => (await listOffsets(lookup, topic, 'earliest', partition)).get(partition) ?? 0,
    };
  });
}

/**
 * Ids of topics, where brokers tell them.
 * @throws DriftloopError KAFKA_UNAVAILABLE after a minute
 */
export async function topicIds(
  { connection, logger }: Lookup,
  topics: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string | undefined>> {
  const ids = new Map<string, string | undefined>();
  for (const topic of topics) {
    const { topicId } = await retry(`looking up ${topic}`, () => connection.describe(topic), {
      logger,
      deadlineMs: LOOKUP_TIMEOUT_MS,
      onRetry: () => connection.reset(),
      ...(signal ? { signal } : {}),
    });
    ids.set(topic, topicId);
  }
  return ids;
}

/**
 * A group's commits by `topic/partition`; partitions without one are left out, and so are commits
 * on topics that were deleted and made anew.
 *
 * @param ids of the topics as they are now
 * @throws DriftloopError KAFKA_UNAVAILABLE
 */
export async function committedOffsets(
  { connection, logger }: Lookup,
  group: string,
  partitions: readonly TopicPartition[],
  ids: ReadonlyMap<string, string | undefined>,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  if (partitions.length === 0) return new Map();
  const topics = [...new Set(partitions.map(({ topic }) => topic))].map((topic) => ({
    topic,
    partitions: partitions.filter((entry) => entry.topic === topic).map(({ partition }) => ({ partition })),
  }));
  const fetch = () =>
    connection.onCoordinator(group, 'fetch offsets', (broker) =>
      broker.offsetFetch({ groupId: group, topics }),
    );
  const { responses } = await retry(`fetching offsets of ${group}`, fetch, {
    logger,
    deadlineMs: LOOKUP_TIMEOUT_MS,
    onRetry: () => connection.reset(),
    ...(signal ? { signal } : {}),
  });
  const commits = new Map<string, number>();
  for (const { topic, partitions: found } of responses) {
    for (const { partition, offset, metadata } of found) {
      if (Number(offset) < 0) continue;
      if (isForeign(metadata, ids.get(topic))) {
        const message = `the commit of group ${group} belongs to a topic ${topic} that was deleted: this one is read like a new one`;
        logger.warn({ group, topic, partition, offset: Number(offset) }, message);
      } else commits.set(`${topic}/${partition}`, Number(offset));
    }
  }
  return commits;
}
