import type { BusRecord, SliceRange } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Broker } from './broker.ts';

const BATCH_RECORDS = 1_000;

/**
 * A bounded part of a topic as it is now, merged by (timestamp, partition, offset) as the bus does:
 * a partition keeps its order.
 */
export function sliceOf<T extends TopicName>(broker: Broker, topic: T, range: SliceRange): BusRecord<T>[][] {
  const parts: BusRecord<T>[][] = [];
  for (let partition = 0; partition < broker.partitions(topic); partition++) {
    if (range.partition !== undefined && range.partition !== partition) continue;
    const log = broker.records(topic, partition);
    const bound = (value: number | undefined, other: number) =>
      value === undefined ? other : range.by === 'offset' ? value : offsetAt(log, value);
    const records = log.slice(bound(range.from, 0), bound(range.to, log.length));
    parts.push(range.keep ? records.filter(({ key }) => range.keep?.(key)) : records);
  }
  const merged = mergeByTime(parts);
  return Array.from({ length: Math.ceil(merged.length / BATCH_RECORDS) }, (_, batch) =>
    merged.slice(batch * BATCH_RECORDS, (batch + 1) * BATCH_RECORDS),
  );
}

/**
 * Offset of the first record with this timestamp or a later one; one past the last where there is
 * none.
 */
export function offsetAt(log: readonly { readonly timestamp: number }[], time: number): number {
  const found = log.findIndex(({ timestamp }) => timestamp >= time);
  return found < 0 ? log.length : found;
}

function mergeByTime<T extends TopicName>(parts: readonly BusRecord<T>[][]): BusRecord<T>[] {
  if (parts.length === 1) return parts[0] ?? [];
  const merged: BusRecord<T>[] = [];
  const at = parts.map(() => 0);
  for (;;) {
    let least = -1;
    for (let i = 0; i < parts.length; i++) {
      const head = parts[i]?.[at[i] ?? 0];
      const best = least < 0 ? undefined : parts[least]?.[at[least] ?? 0];
      if (head && (!best || head.timestamp < best.timestamp)) least = i;
    }
    const next = parts[least]?.[at[least] ?? 0];
    if (!next) return merged;
    merged.push(next);
    at[least] = (at[least] ?? 0) + 1;
  }
}
