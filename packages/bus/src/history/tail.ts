import type { TopicName } from '@driftloop/schemas';
import { listOffsets } from '../kafka/offsets.ts';
import type { BusRecord } from '../records.ts';
import type { History } from './history.ts';
import { readPartition } from './read-partition.ts';

/**
 * The last records of one partition, oldest first: at most `count`, fewer if there are not as many.
 * One lookup of the ends and usually one fetch; where offsets are missing (compaction, unreadable
 * records), it looks further back.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE
 */
export async function tail<T extends TopicName>(
  history: History,
  topic: T,
  partition: number,
  count: number,
): Promise<BusRecord<T>[]> {
  const name = `${history.topicPrefix}${topic}`;
  const [low, high] = await Promise.all([
    listOffsets(history, name, 'earliest', partition),
    listOffsets(history, name, 'latest', partition),
  ]);
  const first = low.get(partition) ?? 0;
  let to = high.get(partition) ?? 0;
  let found: BusRecord<T>[] = [];
  for (let span = count; found.length < count && to > first; span *= 4) {
    const from = Math.max(first, to - span);
    const earlier: BusRecord<T>[] = [];
    for await (const { records } of readPartition(history, topic, partition, { from, to }))
      for (const record of records) earlier.push(record);
    found = [...earlier, ...found];
    to = from;
  }
  return count > 0 ? found.slice(-count) : [];
}
