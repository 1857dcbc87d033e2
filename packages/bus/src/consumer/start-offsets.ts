import { type Lookup, listOffsets } from '../kafka/offsets.ts';
import { retry } from '../retry.ts';
import type { TopicPartition } from './group-member.ts';

/** Where a group begins on one partition. */
export interface StartOffset extends TopicPartition {
  readonly offset: number;
  readonly isCommitted: boolean;
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
  const committed = await committedOffsets(lookup, group, partitions, signal);
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
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
      end: ends.get(topic)?.get(partition) ?? 0,
      earliest: async () => (await listOffsets(lookup, topic, 'earliest', partition)).get(partition) ?? 0,
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
