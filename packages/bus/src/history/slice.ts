import type { TopicName } from '@driftloop/schemas';
import { listOffsets } from '../kafka/offsets.ts';
import type { BusRecord } from '../records.ts';
import type { History } from './history.ts';
import { readPartition, type Stretch } from './read-partition.ts';

/** A part of a topic's history. */
export interface SliceRange {
  /**
   * First offset, or Kafka timestamp in epoch milliseconds.
   * @default the first record that is kept
   */
  readonly from?: number;
  /** Not included. @default the end as of the call */
  readonly to?: number;
  /**
   * `offset` needs `partition` to make sense on a topic with several. `time` goes from the first
   * record at or after `from` to the first at or after `to` on each partition, as Kafka's time
   * index finds them.
   */
  readonly by: 'time' | 'offset';
  /** @default all */
  readonly partition?: number;
  /** Records whose key it refuses are passed over without being read. @default none */
  readonly keep?: (key: string) => boolean;
}

const BATCH_RECORDS = 1_000;

/**
 * Reads a bounded part of a topic. Each partition comes in the order of its offsets; partitions are
 * merged by (log time, partition, offset), where a record's log time is the largest timestamp that
 * its partition had up to it: a record whose producer said an earlier time, or none, holds no other
 * up. In a slice by time that is the log time of the whole partition; one by offset counts from its
 * own beginning. The same arguments give the same records in the same batches while they are kept.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE
 */
export async function* slice<T extends TopicName>(
  history: History,
  topic: T,
  range: SliceRange,
): AsyncGenerator<BusRecord<T>[]> {
  const bounds = await boundsOf(history, `${history.topicPrefix}${topic}`, range);
  const cursors: Cursor<T>[] = [];
  for (const { partition, from, to } of bounds) {
    if (from >= to) continue;
    const cursor = new Cursor(
      readPartition(history, topic, partition, { from, to, ...(range.keep ? { keep: range.keep } : {}) }),
    );
    if (await cursor.advance()) cursors.push(cursor);
  }
  let batch: BusRecord<T>[] = [];
  while (cursors.length > 0) {
    let least = 0;
    for (let i = 1; i < cursors.length; i++) if (isBefore(cursors[i]!, cursors[least]!)) least = i;
    const cursor = cursors[least]!;
    batch.push(cursor.head);
    const more = cursor.advance();
    if (!(typeof more === 'boolean' ? more : await more)) cursors.splice(least, 1);
    if (batch.length === BATCH_RECORDS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The next record of one partition. */
class Cursor<T extends TopicName> {
  readonly #stretches: AsyncGenerator<Stretch<T>>;
  #stretch: Stretch<T> = { records: [], logTimes: [] };
  #at = -1;

  constructor(stretches: AsyncGenerator<Stretch<T>>) {
    this.#stretches = stretches;
  }

  get head(): BusRecord<T> {
    return this.#stretch.records[this.#at]!;
  }

  get logTime(): number {
    return this.#stretch.logTimes[this.#at]!;
  }

  /** @returns a promise only when records must be fetched; false at the end */
  advance(): boolean | Promise<boolean> {
    this.#at++;
    return this.#at < this.#stretch.records.length ? true : this.#fetch();
  }

  async #fetch(): Promise<boolean> {
    const next = await this.#stretches.next();
    if (next.done) return false;
    this.#stretch = next.value;
    this.#at = 0;
    return true;
  }
}

/** Partitions differ, and a cursor gives its own offsets in order. */
function isBefore<T extends TopicName>(a: Cursor<T>, b: Cursor<T>): boolean {
  return a.logTime < b.logTime || (a.logTime === b.logTime && a.head.partition < b.head.partition);
}

async function boundsOf(
  history: History,
  name: string,
  { from, to, by, partition }: SliceRange,
): Promise<{ partition: number; from: number; to: number }[]> {
  const [low, high] = await Promise.all([
    listOffsets(history, name, 'earliest', partition),
    listOffsets(history, name, 'latest', partition),
  ]);
  const at = async (time: number | undefined) =>
    by === 'time' && time !== undefined ? listOffsets(history, name, { time }, partition) : undefined;
  const [fromTime, toTime] = await Promise.all([at(from), at(to)]);
  return [...high].map(([number, end]) => {
    const begin = low.get(number) ?? 0;
    const bound = (value: number | undefined, found: Map<number, number> | undefined, other: number) => {
      if (value === undefined) return other;
      if (!found) return value;
      const offset = found.get(number) ?? -1;
      return offset < 0 ? end : offset; // no record is as young
    };
    return {
      partition: number,
      from: Math.max(begin, bound(from, fromTime, begin)),
      to: Math.min(end, bound(to, toTime, end)),
    };
  });
}
