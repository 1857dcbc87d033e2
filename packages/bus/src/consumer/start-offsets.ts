import { type Lookup, listOffsets, type OffsetQuery } from '../kafka/offsets.ts';
import { retry } from '../retry.ts';
import type { TopicPartition } from './group-member.ts';

/** Where a group begins on one partition. */
export interface StartOffset extends TopicPartition {
  readonly offset: number;
  readonly isCommitted: boolean;
  /** Looks up the first offset that is kept by then. */
  earliest(): Promise<number>;
  /** Looks up one past the last. */
  latest(): Promise<number>;
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
  const committed = await committedOffsets(lookup, group, partitions, signal);
  const defaults = new Map<string, Map<number, number>>();
  for (const { topic, partition } of partitions) {
    if (committed.has(`${topic}/${partition}`) || defaults.has(topic)) continue;
    defaults.set(topic, await listOffsets(lookup, topic, fromBeginning ? 'earliest' : 'latest'));
  }
  return partitions.map(({ topic, partition }) => {
    const commit = committed.get(`${topic}/${partition}`);
    const lookUp = async (query: OffsetQuery) =>
      (await listOffsets(lookup, topic, query, partition)).get(partition) ?? 0;
    return {
      topic,
      partition,
      offset: commit ?? defaults.get(topic)?.get(partition) ?? 0,
      isCommitted: commit !== undefined,
      earliest: () => lookUp('earliest'),
      latest: () => lookUp('latest'),
    };
  });
}

/**
 * A group's commits by `topic/partition`; partitions without one are left out.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE
 */
export async function committedOffsets(
  { connection, logger }: Lookup,
  group: string,
  partitions: readonly TopicPartition[],
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
    deadlineMs: 60_000,
    onRetry: () => connection.reset(),
    ...(signal ? { signal } : {}),
  });
  return new Map(
    responses.flatMap(({ topic, partitions: found }) =>
      found
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ partition, offset }): [string, number] => [`${topic}/${partition}`, Number(offset)]),
    ),
  );
}
